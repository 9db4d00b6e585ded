//! Refusals of use cases, brought to the fields of the form that caused them.

use kazi_app::access::PasswordError;
use kazi_app::access::PinError;
use kazi_app::access::device::CodeError;
use kazi_app::access::key::KeyError;
use kazi_app::access::password::ChangeError;
use kazi_app::access::pin::SetPinError;
use kazi_app::network::NotForYou;
use kazi_app::network::centres::CentreError;
use kazi_app::network::organisations::OrganisationError;
use kazi_app::network::people::PersonError;
use kazi_app::notice::NoticeError;
use kazi_app::projects::ProjectError;
use kazi_db::DbError;

use super::settings::PREFIX;
use super::typed::Problems;
use crate::error::AppError;

/// Why a form was not done.
#[derive(Debug)]
pub(super) enum Refused {
    /// What its sender can mend.
    Form(Problems),
    /// What is hidden, gone or our fault.
    Page(AppError),
}

impl Refused {
    /// What to show in the form; anything else goes up.
    pub(super) fn problems(self) -> Result<Problems, AppError> {
        match self {
            Self::Form(problems) => Ok(problems),
            Self::Page(error) => Err(error),
        }
    }

    /// All of what its sender can mend, in one.
    pub(super) fn told(self) -> Result<String, AppError> {
        Ok(self.problems()?.elsewhere(&|_| false).join(" "))
    }

    pub(super) fn at(field: &str, error: &impl std::fmt::Display) -> Self {
        Self::Form(Problems::one(field, &error.to_string()))
    }

    /// What belongs to no field: above the form, unless it is hidden or our fault.
    fn whole(error: AppError) -> Self {
        match super::told(error) {
            Ok(sentence) => Self::Form(Problems::one("", &sentence)),
            Err(error) => Self::Page(error),
        }
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Page(error)
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Page(error.into())
    }
}

impl From<NotForYou> for Refused {
    fn from(error: NotForYou) -> Self {
        Self::Page(error.into())
    }
}

impl From<NoticeError> for Refused {
    fn from(error: NoticeError) -> Self {
        match &error {
            NoticeError::Empty | NoticeError::TooLong(_) => Self::at("body", &error),
            NoticeError::NoLanguage => Self::at("language", &error),
            NoticeError::Nobody => Self::at("to", &error),
            NoticeError::BadTime => Self::at("hours", &error),
            NoticeError::NotThere | NoticeError::Over | NoticeError::Db(_) => Self::whole(error.into()),
        }
    }
}

impl From<ProjectError> for Refused {
    fn from(error: ProjectError) -> Self {
        match &error {
            ProjectError::NoName => Self::at("name", &error),
            ProjectError::TooMuchGold => Self::at("gold_every", &error),
            ProjectError::NegativePay(stage) => Self::at(&format!("pay.{stage}"), &error),
            ProjectError::NothingSaid => Self::at("changed", &error),
            ProjectError::NoReason => Self::at("below_reason", &error),
            ProjectError::UnknownCentre => Self::at("centre", &error),
            ProjectError::Spec(problems) => Self::Form(Problems::of_service(PREFIX, problems)),
            _ => Self::whole(error.into()),
        }
    }
}

impl From<OrganisationError> for Refused {
    fn from(error: OrganisationError) -> Self {
        match &error {
            OrganisationError::NoName => Self::at("organisation_name", &error),
            OrganisationError::SecondOperator => Self::at("kind", &error),
            OrganisationError::NotThere | OrganisationError::Db(_) => Self::whole(error.into()),
        }
    }
}

impl From<CentreError> for Refused {
    fn from(error: CentreError) -> Self {
        match &error {
            CentreError::NoName => Self::at("centre_name", &error),
            CentreError::NoClock => Self::at("clock", &error),
            CentreError::NoPartner => Self::at("partner", &error),
            CentreError::NoWage => Self::at("wage", &error),
            CentreError::NoSource => Self::at("wage_source", &error),
            CentreError::NoDate => Self::at("wage_as_of", &error),
            CentreError::NotThere | CentreError::Db(_) => Self::whole(error.into()),
        }
    }
}

impl From<PersonError> for Refused {
    fn from(error: PersonError) -> Self {
        match &error {
            PersonError::NoName | PersonError::NameTaken(_) => Self::at("name", &error),
            PersonError::NoRole | PersonError::RoleNotHere(_) | PersonError::NoCentre => {
                Self::at("role", &error)
            }
            PersonError::BadEmail | PersonError::EmailTaken => Self::at("email", &error),
            PersonError::BadLanguage => Self::at("language", &error),
            PersonError::Yourself | PersonError::NotThere | PersonError::Db(_) => Self::whole(error.into()),
        }
    }
}

impl From<CodeError> for Refused {
    fn from(error: CodeError) -> Self {
        match &error {
            CodeError::NoName => Self::at("computer", &error),
            CodeError::Db(_) => Self::whole(error.into()),
        }
    }
}

impl From<KeyError> for Refused {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NoName => Self::at("name", &error),
            KeyError::NoScope | KeyError::Beyond => Self::at("scope", &error),
            KeyError::TooMany => Self::at("", &error),
            KeyError::Db(error) => error.into(),
        }
    }
}

impl From<PinError> for Refused {
    fn from(error: PinError) -> Self {
        Self::at("pin", &error)
    }
}

impl From<PasswordError> for Refused {
    fn from(error: PasswordError) -> Self {
        Self::at("new_password", &error)
    }
}

impl From<SetPinError> for Refused {
    fn from(error: SetPinError) -> Self {
        match error {
            SetPinError::NotThere => Self::Page(AppError::not_there()),
            SetPinError::Db(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Refused {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::WrongOld | ChangeError::TooMany(_) => Self::at("old_password", &error),
            ChangeError::Db(error) => error.into(),
        }
    }
}
