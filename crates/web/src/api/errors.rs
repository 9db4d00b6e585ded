//! What the use cases of staff and clients refuse, as the edge tells it.

use axum::http::StatusCode;
use kazi_app::acceptance::AcceptanceError;
use kazi_app::access::device::CodeError;
use kazi_app::access::key::KeyError;
use kazi_app::access::limit::LimitError;
use kazi_app::access::pin::SetPinError;
use kazi_app::access::{PasswordError, PinError, SecondError};
use kazi_app::blobs::BlobError;
use kazi_app::contest::ContestError;
use kazi_app::forget::ForgetError;
use kazi_app::hooks::HookError;
use kazi_app::intake::{SourceError, UploadError};
use kazi_app::jobs::JobError;
use kazi_app::mail::MailError;
use kazi_app::network::NotForYou;
use kazi_app::network::centres::CentreError;
use kazi_app::network::enquiries::EnquiryError;
use kazi_app::network::invitations::InviteError;
use kazi_app::network::organisations::OrganisationError;
use kazi_app::network::people::PersonError;
use kazi_app::notice::NoticeError;
use kazi_app::presence::PresenceError;
use kazi_app::projects::ProjectError;
use kazi_app::talk::TalkError;

use crate::error::AppError;
use crate::staff::sentence;

const CONFLICT: StatusCode = StatusCode::CONFLICT;
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

impl From<NotForYou> for AppError {
    fn from(error: NotForYou) -> Self {
        match error {
            NotForYou::NotThere => Self::not_there(),
            NotForYou::Db(error) => error.into(),
        }
    }
}

impl From<NoticeError> for AppError {
    fn from(error: NoticeError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            NoticeError::NotThere => Self::not_there(),
            NoticeError::Db(error) => error.into(),
            NoticeError::Over => Self::new(CONFLICT, "message_over", message),
            _ => Self::new(WRONG, "message", message),
        }
    }
}

impl From<PresenceError> for AppError {
    fn from(error: PresenceError) -> Self {
        match error {
            PresenceError::NotThere => Self::not_there(),
            PresenceError::Head(error) => error.into(),
            PresenceError::Db(error) => error.into(),
        }
    }
}

impl From<ProjectError> for AppError {
    fn from(error: ProjectError) -> Self {
        let message = error.to_string();
        match error {
            ProjectError::NotThere => Self::not_there(),
            ProjectError::Db(error) => error.into(),
            ProjectError::Spec(problems) => Self::new(WRONG, "settings", message).with_problems(problems),
            ProjectError::SpecInUse => Self::new(CONFLICT, "settings_in_use", message),
            ProjectError::ChangedMeanwhile => Self::new(CONFLICT, "changed_meanwhile", message),
            ProjectError::NoWay { .. } => Self::new(CONFLICT, "no_way", message),
            ProjectError::NotReady(_) | ProjectError::PilotNotDone(_) => {
                Self::new(CONFLICT, "not_ready", message)
            }
            ProjectError::BelowWage(_) => Self::new(CONFLICT, "below_living_wage", message),
            ProjectError::NoPilot => Self::new(CONFLICT, "no_pilot", message),
            ProjectError::NoName
            | ProjectError::UnknownService(_)
            | ProjectError::UnknownStage(_)
            | ProjectError::NegativePay(_)
            | ProjectError::TooMuchGold
            | ProjectError::PilotSize
            | ProjectError::NothingSaid
            | ProjectError::NoReason
            | ProjectError::UnknownCentre => Self::new(WRONG, "project", message),
        }
    }
}

impl From<AcceptanceError> for AppError {
    fn from(error: AcceptanceError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            AcceptanceError::NotThere => Self::not_there(),
            AcceptanceError::Db(error) => error.into(),
            AcceptanceError::Broken(cause) => Self::fault(cause),
            AcceptanceError::Size(_) | AcceptanceError::Nothing => Self::new(WRONG, "sample_size", message),
            AcceptanceError::Said(_) => Self::new(WRONG, "verdict", message),
            AcceptanceError::NotDelivered(_)
            | AcceptanceError::AlreadyOpen
            | AcceptanceError::Closed
            | AcceptanceError::NotLookedThrough(_)
            | AcceptanceError::NothingWrong => Self::new(CONFLICT, "delivery_state", message),
        }
    }
}

impl From<ContestError> for AppError {
    fn from(error: ContestError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            ContestError::NotThere => Self::not_there(),
            ContestError::Db(error) => error.into(),
            ContestError::NoNote => Self::new(WRONG, "note", message),
            ContestError::AlreadyAsked => Self::new(CONFLICT, "already_asked", message),
            ContestError::TooLate => Self::new(CONFLICT, "look_too_late", message),
            ContestError::NotHeld
            | ContestError::NotStuck
            | ContestError::NotAsked
            | ContestError::Decided
            | ContestError::OwnCase => Self::new(CONFLICT, "second_look", message),
        }
    }
}

impl From<EnquiryError> for AppError {
    fn from(error: EnquiryError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            EnquiryError::NotThere => Self::not_there(),
            EnquiryError::Db(error) | EnquiryError::Limit(LimitError::Db(error)) => error.into(),
            EnquiryError::Person(error) => error.into(),
            EnquiryError::Organisation(error) => error.into(),
            EnquiryError::Invite(error) => error.into(),
            EnquiryError::Answered => Self::new(CONFLICT, "answered", message),
            EnquiryError::Limit(LimitError::TooMany(_)) => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message)
            }
            EnquiryError::NoReason
            | EnquiryError::NoOrganisation
            | EnquiryError::NothingSaid
            | EnquiryError::TooLong
            | EnquiryError::LongReason => Self::new(WRONG, "enquiry", message),
        }
    }
}

impl From<TalkError> for AppError {
    fn from(error: TalkError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            TalkError::NotThere => Self::not_there(),
            TalkError::Db(error) => error.into(),
            TalkError::NoSubject | TalkError::LongSubject => Self::new(WRONG, "subject", message),
            TalkError::NoText | TalkError::LongText(_) => Self::new(WRONG, "message", message),
            TalkError::NoItem => Self::new(WRONG, "item", message),
            TalkError::SentBefore => Self::new(CONFLICT, "sent_before", message),
            TalkError::NotLast | TalkError::TooLate => Self::new(CONFLICT, "not_correctable", message),
        }
    }
}

impl From<ForgetError> for AppError {
    fn from(error: ForgetError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            ForgetError::NotThere => Self::not_there(),
            ForgetError::Db(error) => error.into(),
            ForgetError::TooSoon | ForgetError::TooLate => Self::new(WRONG, "day", message),
            ForgetError::Days => Self::new(WRONG, "days", message),
            ForgetError::NotEnded(_) | ForgetError::Begun => Self::new(CONFLICT, "deletion_state", message),
        }
    }
}

impl From<HookError> for AppError {
    fn from(error: HookError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            HookError::NotThere => Self::not_there(),
            HookError::Db(error) => error.into(),
            HookError::Address(_) => Self::new(WRONG, "address", message),
            HookError::NoEvent => Self::new(WRONG, "events", message),
            HookError::TooMany => Self::new(CONFLICT, "too_many_hooks", message),
            HookError::NotOn | HookError::OnItsWay => Self::new(CONFLICT, "hook_state", message),
        }
    }
}

impl From<SourceError> for AppError {
    fn from(error: SourceError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            SourceError::NotThere => Self::not_there(),
            SourceError::Db(error) => error.into(),
            SourceError::Name => Self::new(WRONG, "file_name", message),
            SourceError::TooLong => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_long", message),
            SourceError::OtherBytes => Self::new(CONFLICT, "other_bytes", message),
            SourceError::ProjectEnded(_) | SourceError::ProjectStarted(_) | SourceError::NotArriving(_) => {
                Self::new(CONFLICT, "file_state", message)
            }
        }
    }
}

impl From<BlobError> for AppError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                "The disk of the server is full. Nothing that was confirmed is lost; tell whoever runs Kazi.",
            ),
            BlobError::NotThere => Self::not_there(),
            BlobError::Unavailable(cause) => {
                let sentence = "The store of the files cannot be reached now. Nothing that was confirmed is lost; try \
                                again in a moment.";
                let mut shown = Self::new(StatusCode::SERVICE_UNAVAILABLE, "store_away", sentence);
                shown.retry_after = Some(5);
                shown.cause = Some(cause);
                shown
            }
            other @ BlobError::Place(_) => Self::fault(other),
        }
    }
}

impl From<UploadError> for AppError {
    fn from(error: UploadError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            UploadError::Blob(error) => error.into(),
            UploadError::NotThere => Self::new(StatusCode::GONE, "upload_gone", message),
            UploadError::Busy => Self::new(StatusCode::LOCKED, "upload_busy", message),
            UploadError::TooLong => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_long", message),
            _ => Self::new(CONFLICT, "upload", message),
        }
    }
}

impl From<JobError> for AppError {
    fn from(error: JobError) -> Self {
        let message = error.to_string();
        match error {
            JobError::NotThere => Self::not_there(),
            JobError::Ended | JobError::NotGivenUp => Self::new(CONFLICT, "job_state", message),
            JobError::Db(error) => error.into(),
        }
    }
}

impl From<MailError> for AppError {
    fn from(error: MailError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            MailError::NotThere => Self::not_there(),
            MailError::NotFailed | MailError::LinkOver => Self::new(CONFLICT, "letter_state", message),
            MailError::Db(error) => error.into(),
        }
    }
}

impl From<OrganisationError> for AppError {
    fn from(error: OrganisationError) -> Self {
        let message = error.to_string();
        match error {
            OrganisationError::NotThere => Self::not_there(),
            OrganisationError::Db(error) => error.into(),
            _ => Self::new(WRONG, "organisation", message),
        }
    }
}

impl From<CentreError> for AppError {
    fn from(error: CentreError) -> Self {
        let message = error.to_string();
        match error {
            CentreError::NotThere => Self::not_there(),
            CentreError::Db(error) => error.into(),
            _ => Self::new(WRONG, "centre", message),
        }
    }
}

impl From<PersonError> for AppError {
    fn from(error: PersonError) -> Self {
        let message = error.to_string();
        match error {
            PersonError::NotThere => Self::not_there(),
            PersonError::Db(error) => error.into(),
            _ => Self::new(WRONG, "person", message),
        }
    }
}

impl From<InviteError> for AppError {
    fn from(error: InviteError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            InviteError::Person(error) => error.into(),
            InviteError::AlreadyInvited => Self::new(CONFLICT, "already_invited", message),
            InviteError::NotThere => Self::not_there(),
            InviteError::Db(error) => error.into(),
        }
    }
}

impl From<KeyError> for AppError {
    fn from(error: KeyError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            KeyError::NoName | KeyError::NoScope | KeyError::Beyond => Self::new(WRONG, "key", message),
            KeyError::TooMany => Self::new(CONFLICT, "too_many_keys", message),
            KeyError::Db(error) => error.into(),
        }
    }
}

impl From<SecondError> for AppError {
    fn from(error: SecondError) -> Self {
        let message = sentence(&error.to_string());
        match error {
            SecondError::NotThere => Self::not_there(),
            SecondError::Db(error) => error.into(),
            SecondError::TooMany(_) => Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message),
            SecondError::WrongCode | SecondError::WrongPassword => Self::new(WRONG, "secret", message),
            SecondError::Over | SecondError::NotOn | SecondError::Demanded | SecondError::Yourself => {
                Self::new(CONFLICT, "second_factor", message)
            }
        }
    }
}

impl From<PinError> for AppError {
    fn from(error: PinError) -> Self {
        Self::new(WRONG, "secret", sentence(&error.to_string()))
    }
}

impl From<PasswordError> for AppError {
    fn from(error: PasswordError) -> Self {
        Self::new(WRONG, "secret", sentence(&error.to_string()))
    }
}

impl From<SetPinError> for AppError {
    fn from(error: SetPinError) -> Self {
        match error {
            SetPinError::NotThere => Self::not_there(),
            SetPinError::Db(error) => error.into(),
        }
    }
}

impl From<CodeError> for AppError {
    fn from(error: CodeError) -> Self {
        let message = error.to_string();
        match error {
            CodeError::NoName => Self::new(WRONG, "device", message),
            CodeError::Db(error) => error.into(),
        }
    }
}
