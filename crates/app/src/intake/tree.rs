//! A top-level piece with all that is below it, until it is whole: then every item knows its place, its
//! depth and how many pieces it waits for.

use kazi_domain::{Id, ItemState, kind};
use kazi_services::{BoundService, JsonPiece, PieceNumber, Refusal};

use crate::turn::Turn;
use crate::work::first_stage;

/// A tree is kept in memory until it is whole, and goes into the database in one transaction.
const MOST_NODES: usize = 200_000;
const MOST_BYTES: usize = 64 << 20;

/// An item as it goes into the database.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) id: Id<kind::Item>,
    pub(super) parent: Option<Id<kind::Item>>,
    pub(super) position: i64,
    pub(super) depth: i64,
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) body: String,
    pub(super) machine: Option<(String, f64)>,
    pub(super) state: ItemState,
    pub(super) pieces: i64,
    pub(super) waiting: i64,
    /// The stage that its first task opens at.
    pub(super) stage: Option<&'static str>,
}

struct Node {
    piece: JsonPiece,
    parent: Option<usize>,
    children: Vec<usize>,
    depth: i64,
    waiting: i64,
}

/// A growing tree.
pub(super) struct Tree {
    /// The number of its top among all pieces of the source.
    first: u64,
    nodes: Vec<Node>,
    bytes: usize,
}

pub(super) fn fault(message: &str) -> Refusal {
    Refusal { key: "service-fault".to_owned(), message: message.to_owned() }
}

impl Tree {
    /// A tree of which only the top is known.
    pub(super) fn new(number: u64, top: JsonPiece) -> Self {
        let bytes = weight(&top);
        let top = Node { piece: top, parent: None, children: Vec::new(), depth: 0, waiting: 0 };
        Self { first: number, nodes: vec![top], bytes }
    }

    /// Adds a piece below one that is here.
    pub(super) fn add(&mut self, piece: JsonPiece, parent: PieceNumber) -> Result<(), Refusal> {
        let index = self.nodes.len();
        self.bytes += weight(&piece);
        if index >= MOST_NODES || self.bytes > MOST_BYTES {
            return Err(Refusal {
                key: "too-many-pieces".to_owned(),
                message: "This file has too many pieces in one part: cut it into smaller files.".to_owned(),
            });
        }
        let place = parent.0.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        let above = place.and_then(|place| Some((place, self.nodes.get_mut(place)?)));
        let Some((place, above)) = above else {
            return Err(fault(
                "A piece came after the part that it belongs to was closed. Tell the operator.",
            ));
        };
        above.children.push(index);
        let depth = above.depth + 1;
        self.nodes.push(Node { piece, parent: Some(place), children: Vec::new(), depth, waiting: 0 });
        Ok(())
    }

    /// The items of the whole tree in depth-first order, the first of them at `position`.
    pub(super) fn ripen(mut self, position: i64, service: &dyn BoundService, turn: &Turn) -> Vec<Item> {
        let stages: Vec<Option<&'static str>> = self
            .nodes
            .iter()
            .map(|node| first_stage(service, &node.piece.kind).map(|stage| stage.key))
            .collect();
        // Pieces come after what they belong to, so from the end everything below is known already.
        for (index, stage) in stages.iter().enumerate().rev() {
            let Some(node) = self.nodes.get(index) else { continue };
            let finished = node.waiting == 0 && stage.is_none();
            if let Some(above) = node.parent.and_then(|parent| self.nodes.get_mut(parent))
                && !finished
            {
                above.waiting += 1;
            }
        }
        let places = self.places(position, turn);
        let id_at = |index: usize| places.get(index).map(|(id, _)| *id);
        let mut items: Vec<Item> = Vec::with_capacity(self.nodes.len());
        for ((node, stage), (id, position)) in self.nodes.into_iter().zip(stages).zip(places.iter().copied())
        {
            let state = match (node.waiting, stage) {
                (0, Some(_)) => ItemState::Open,
                (0, None) => ItemState::Finished,
                _ => ItemState::Waiting,
            };
            let JsonPiece { key, parent: _, kind, body, machine } = node.piece;
            items.push(Item {
                id,
                parent: node.parent.and_then(id_at),
                position,
                depth: node.depth,
                kind,
                key,
                body,
                machine,
                state,
                pieces: i64::try_from(node.children.len()).unwrap_or(i64::MAX),
                waiting: node.waiting,
                stage: stage.filter(|_| state == ItemState::Open),
            });
        }
        items.sort_by_key(|item| item.position);
        items
    }

    /// The id and the place of each node, by its number; ids rise with the places.
    fn places(&self, position: i64, turn: &Turn) -> Vec<(Id<kind::Item>, i64)> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut stack = vec![0];
        while let Some(index) = stack.pop() {
            order.push(index);
            let children = self.nodes.get(index).map_or(&[][..], |node| node.children.as_slice());
            stack.extend(children.iter().rev());
        }
        let mut places: Vec<(usize, Id<kind::Item>, i64)> =
            (position..).zip(order).map(|(place, index)| (index, turn.mint(), place)).collect();
        places.sort_unstable_by_key(|(index, ..)| *index);
        places.into_iter().map(|(_, id, place)| (id, place)).collect()
    }
}

fn weight(piece: &JsonPiece) -> usize {
    piece.body.len() + piece.key.len() + piece.machine.as_ref().map_or(0, |(text, _)| text.len())
}
