//! What each piece of ink may be, by its size and place alone.

use super::components::Component;

/// What a component may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of the size of letters: lines grow from these.
    Letter,
    /// Smaller: a dot, comma, quote, accent, or dust.
    Small,
    /// Much larger than letters: part of a picture, a frame, or an initial.
    Large,
    /// A long thin stroke.
    Rule,
    /// The scan's black border, or the neighbouring page showing at the edge.
    Border,
}

/// The page as far as sorting needs it.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Usual height of small letters in pixels.
    pub x_height: f64,
    /// How near to the edge counts as at the edge: more where the page was turned.
    pub edge: u32,
}

impl Sheet {
    /// Whether the component reaches the edge of the page.
    pub fn touches_edge(&self, piece: &Component) -> bool {
        piece.left <= self.edge
            || piece.top <= self.edge
            || piece.right + self.edge >= self.width
            || piece.bottom + self.edge >= self.height
    }

    /// Sorts one component.
    pub fn kind(&self, piece: &Component) -> Kind {
        let x_height = self.x_height.max(4.0);
        let (width, height) = (f64::from(piece.width()), f64::from(piece.height()));
        let (long, short) = (width.max(height), width.min(height));
        if self.touches_edge(piece) && (height > 4.0 * x_height || width > 10.0 * x_height) {
            return Kind::Border;
        }
        let stroke = long > 4.5 * x_height && short < 0.7 * x_height && long > 10.0 * short;
        let bar = long > 12.0 * x_height && short < 1.3 * x_height;
        if stroke || bar {
            return Kind::Rule;
        }
        if height > 5.0 * x_height || (height > 3.5 * x_height && width > 7.0 * x_height) {
            return Kind::Large;
        }
        // Quotes reach 0.7 of the small letters, and would begin lines of their own.
        if height >= 0.82 * x_height { Kind::Letter } else { Kind::Small }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_place_tell_the_kind() {
        let sheet = Sheet { width: 1_000, height: 1_500, x_height: 20.0, edge: 3 };
        let piece = |left, top, width, height| Component {
            label: 0,
            left,
            top,
            right: left + width,
            bottom: top + height,
            ink: 9,
        };
        assert_eq!(sheet.kind(&piece(100, 100, 16, 20)), Kind::Letter);
        assert_eq!(sheet.kind(&piece(100, 100, 5, 5)), Kind::Small);
        assert_eq!(sheet.kind(&piece(100, 100, 300, 200)), Kind::Large);
        assert_eq!(sheet.kind(&piece(100, 100, 300, 3)), Kind::Rule);
        assert_eq!(sheet.kind(&piece(100, 100, 3, 300)), Kind::Rule);
        assert_eq!(sheet.kind(&piece(100, 100, 600, 20)), Kind::Rule);
        assert_eq!(sheet.kind(&piece(0, 0, 40, 1_400)), Kind::Border);
        assert_eq!(sheet.kind(&piece(1, 700, 16, 20)), Kind::Letter);
    }
}
