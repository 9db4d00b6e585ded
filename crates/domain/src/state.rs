//! The states that things go through, as the database spells them.

/// A word in the database that no state is spelt with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a state of a {of}")]
pub struct UnknownState {
    /// The word that was found.
    pub word: String,
    /// What kind of thing it was said of.
    pub of: &'static str,
}

macro_rules! states {
    ($(#[$doc:meta])* $name:ident of $of:literal { $($(#[$state_doc:meta])* $state:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$state_doc])* #[serde(rename = $word)] $state,)* }

        impl $name {
            /// Every state, in the usual order.
            pub const ALL: &'static [Self] = &[$(Self::$state),*];

            /// The word that the database and the API use.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$state => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownState;

            fn from_str(word: &str) -> Result<Self, UnknownState> {
                match word { $($word => Ok(Self::$state),)* _ => Err(UnknownState { word: word.to_owned(), of: $of }) }
            }
        }
    };
}

states! {
    /// What a project is doing.
    ProjectState of "project" {
        /// Being made; nothing is offered to workers.
        Draft = "draft",
        /// Work is offered.
        Running = "running",
        /// Stopped for now; leases that are out may still be answered.
        Paused = "paused",
        /// Every item is finished; the delivery is being put together.
        Assembling = "assembling",
        /// The files are ready for the client, who looks at a sample of them.
        Delivered = "delivered",
        /// The client has accepted what was delivered.
        Accepted = "accepted",
        /// The delivery could not be made; the page says why.
        Failed = "failed",
        /// Given up; nothing is offered and nothing will be.
        Cancelled = "cancelled",
    }
}

states! {
    /// What became of a file that the client handed in.
    SourceState of "source" {
        /// Its bytes are still arriving.
        Arriving = "arriving",
        /// Waiting to be split.
        Waiting = "waiting",
        /// Being split.
        Splitting = "splitting",
        /// Split into items.
        Split = "split",
        /// Refused; the source holds the reason.
        Refused = "refused",
        /// Being taken out of the project again.
        Removing = "removing",
    }
}

states! {
    /// Where a client's sample of a delivery stands.
    SampleState of "sample" {
        /// Being looked through.
        Open = "open",
        /// Set aside before it was looked through, or before anything was decided on it.
        SetAside = "set_aside",
        /// The delivery was accepted on it.
        Accepted = "accepted",
        /// What was wrong in it was sent back.
        SentBack = "sent_back",
    }
}

states! {
    /// What a client says of one item of a sample.
    SampleVerdict of "sampled item" {
        /// It is right.
        Right = "right",
        /// It is wrong: there is a reason.
        Wrong = "wrong",
        /// To be decided later.
        Unsure = "unsure",
    }
}

states! {
    /// Why an answer was not accepted.
    WhyNot of "reason for not accepting" {
        /// There is nothing of the item in it.
        Empty = "empty",
        /// It was made up, or given without looking.
        MadeUp = "made_up",
        /// It is not what the instructions ask for.
        Instructions = "instructions",
        /// Something else, as the note says.
        Other = "other",
    }
}

states! {
    /// What a worker says of an answer that was not accepted.
    Plea of "plea" {
        /// It is right.
        Right = "right",
        /// It is what the instructions ask for.
        Instructions = "instructions",
        /// The picture or the question was not clear.
        Unclear = "unclear",
        /// The computer or the line went wrong.
        Trouble = "trouble",
    }
}

states! {
    /// Where a second look stands.
    LookState of "second look" {
        /// Nobody has decided yet.
        Waiting = "waiting",
        /// The answer is accepted after all.
        PutRight = "put_right",
        /// It stays as it was.
        Upheld = "upheld",
    }
}

states! {
    /// Which news of projects somebody wants by letter.
    WantedNews of "wish for letters" {
        /// Each at once.
        Each = "each",
        /// All of a day in one letter, at seven in the morning.
        Daily = "daily",
        /// None.
        None = "none",
    }
}

states! {
    /// Where an enquiry stands.
    EnquiryState of "enquiry" {
        /// Nobody has answered it.
        Waiting = "waiting",
        /// Whoever asked was invited.
        Invited = "invited",
        /// It was declined.
        Declined = "declined",
    }
}

states! {
    /// Where an item stands.
    ItemState of "item" {
        /// Waits for its pieces.
        Waiting = "waiting",
        /// Has an open task.
        Open = "open",
        /// Settled at every stage.
        Finished = "finished",
        /// A person of the staff must look: nobody left who may do it, or reported as bad.
        Stuck = "stuck",
        /// Taken out of the project.
        Dropped = "dropped",
    }
}

states! {
    /// Where a task stands.
    TaskState of "task" {
        /// Wants answers.
        Open = "open",
        /// Has its outcome.
        Settled = "settled",
        /// A person of the staff must look.
        Stuck = "stuck",
        /// No longer wanted.
        Dropped = "dropped",
    }
}

states! {
    /// Where a background job stands.
    JobState of "job" {
        /// Waiting for its moment.
        Waiting = "waiting",
        /// Being done.
        Running = "running",
        /// Done.
        Done = "done",
        /// Given up after its last try.
        Failed = "failed",
        /// Called off by a person.
        Cancelled = "cancelled",
    }
}

states! {
    /// What became of a letter.
    MailState of "letter" {
        /// Waiting to be sent, or to be tried again.
        Waiting = "waiting",
        /// Taken by the mail server, or laid into the outbox.
        Sent = "sent",
        /// Given up; the letter holds the reason.
        Failed = "failed",
    }
}

states! {
    /// Who talks in a thread: a client, or whoever runs this Kazi. Nobody else does.
    Side of "talk" {
        /// The client whose project it is.
        Client = "client",
        /// Who runs this Kazi.
        Operator = "operator",
    }
}

impl Side {
    /// The one who is talked to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Operator,
            Self::Operator => Self::Client,
        }
    }
}

states! {
    /// Where a question stands, for whoever reads it.
    QuestionState of "question" {
        /// It waits for the reader's side.
        Yours = "yours",
        /// It waits for the other side.
        Theirs = "theirs",
        /// Nothing more is asked.
        Settled = "settled",
    }
}

states! {
    /// What a web hook can tell.
    HookEvent of "web hook" {
        /// Work on a project began.
        ProjectStarted = "project.started",
        /// Work is not offered for now.
        ProjectPaused = "project.paused",
        /// Work is offered again.
        ProjectResumed = "project.resumed",
        /// A project was given up.
        ProjectCancelled = "project.cancelled",
        /// Files are ready.
        ProjectDelivered = "project.delivered",
        /// Files could not be made.
        ProjectFailed = "project.failed",
        /// A delivery was accepted.
        ProjectAccepted = "project.accepted",
        /// What was wrong in a sample was sent back.
        SampleRejected = "sample.rejected",
        /// An item waits for a person of the staff.
        ItemStuck = "item.stuck",
        /// A question was asked.
        QuestionAsked = "question.asked",
        /// Something was said about a question.
        QuestionAnswered = "question.answered",
        /// Nothing happened: a message to try an address out.
        Trial = "hook.trial",
    }
}

states! {
    /// Where a web hook stands.
    HookState of "web hook" {
        /// It is told what happens.
        On = "on",
        /// Its owner holds it: what happens is told later.
        Held = "held",
        /// It took nothing for days, and is told nothing any more.
        Off = "off",
    }
}

states! {
    /// Where a message to a web hook stands.
    SendingState of "message" {
        /// Waits to be sent, or to be tried again.
        Waiting = "waiting",
        /// Waits until its web hook goes on.
        Held = "held",
        /// Taken.
        Sent = "sent",
        /// Given up.
        Failed = "failed",
    }
}

impl ProjectState {
    /// The states a person may move a project to from here. What is delivered moves only by the client's own word, with
    /// what that is about: it is accepted, or items of it are sent back.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Draft | Self::Paused | Self::Failed => &[Self::Running, Self::Cancelled],
            Self::Running => &[Self::Paused, Self::Cancelled],
            Self::Assembling | Self::Delivered | Self::Accepted | Self::Cancelled => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_reads_back_from_its_word() {
        for state in ProjectState::ALL {
            assert_eq!(state.word().parse::<ProjectState>().as_ref(), Ok(state));
        }
        assert_eq!("gone".parse::<TaskState>().unwrap_err().to_string(), "`gone` is not a state of a task");
    }

    #[test]
    fn a_delivered_project_moves_no_more() {
        assert!(ProjectState::Delivered.next().is_empty());
        assert!(ProjectState::Draft.next().contains(&ProjectState::Running));
    }
}
