//! Who may do what, as proofs.
//!
//! A use case that changes or shows something takes a [`Can<Action, Subject>`]; only [`permit`] makes
//! one, from who is asking and facts about the thing asked for. What a person may not see does not
//! exist for them: the edge turns a refusal into "not found".

use std::marker::PhantomData;

use crate::{Id, Kind, Role, RoleSet, Scope, ScopeSet, kind};

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub person: Id<kind::Person>,
    /// The organisation the person belongs to.
    pub organisation: Id<kind::Organisation>,
    /// The centre, for people who work at one.
    pub centre: Option<Id<kind::Centre>>,
    /// What the person does.
    pub roles: RoleSet,
    /// Set when a key asks on the person's behalf: it may only do what its scopes allow.
    pub scopes: Option<ScopeSet>,
}

/// How far a role's permission for an action reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// Only what is about oneself.
    Own,
    /// What belongs to one's centre, or is assigned to it.
    Centre,
    /// What belongs to one's organisation.
    Organisation,
    /// Everything.
    All,
}

/// What the policy must know of the thing asked for. Leave out what does not apply.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The organisation it belongs to.
    pub organisation: Option<Id<kind::Organisation>>,
    /// The centres it belongs to or is assigned to.
    pub centres: &'a [Id<kind::Centre>],
    /// The person it is about.
    pub person: Option<Id<kind::Person>>,
}

/// An action, as a type, so that a proof for one is no proof for another.
pub trait Action: 'static {
    /// The word in the golden table.
    const NAME: &'static str;
    /// The scope a key must have.
    const SCOPE: Scope;
    /// What the action is done to.
    type Subject: Kind;
    /// How far a role's permission reaches.
    fn reach(role: Role) -> Reach;
}

/// The proof that somebody may do `A` to one subject.
#[derive(Debug)]
pub struct Can<A: Action> {
    actor: Actor,
    subject: Id<A::Subject>,
    action: PhantomData<A>,
}

impl<A: Action> Can<A> {
    /// Who may.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// To what.
    pub fn subject(&self) -> Id<A::Subject> {
        self.subject
    }
}

impl<A: Action> Clone for Can<A> {
    fn clone(&self) -> Self {
        Self { actor: self.actor.clone(), subject: self.subject, action: PhantomData }
    }
}

/// The proof that `actor` may do `A` to `subject`, if that is so.
pub fn permit<A: Action>(actor: &Actor, subject: Id<A::Subject>, facts: Facts<'_>) -> Option<Can<A>> {
    let scope_allows = actor.scopes.is_none_or(|scopes| scopes.has(A::SCOPE));
    let role_allows = actor.roles.iter().any(|role| match A::reach(role) {
        Reach::No => false,
        Reach::Own => facts.person == Some(actor.person),
        Reach::Centre => actor.centre.is_some_and(|centre| facts.centres.contains(&centre)),
        Reach::Organisation => facts.organisation == Some(actor.organisation),
        Reach::All => true,
    });
    (scope_allows && role_allows).then(|| Can { actor: actor.clone(), subject, action: PhantomData })
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident on $subject:ident, $scope:ident: $($role:ident $reach:ident),+;)*) => {
        $($(#[$doc])* #[derive(Debug)] pub enum $name {}
        impl Action for $name {
            const NAME: &'static str = stringify!($name);
            const SCOPE: Scope = Scope::$scope;
            type Subject = kind::$subject;
            fn reach(role: Role) -> Reach {
                match role { $(Role::$role => Reach::$reach,)+ _ => Reach::No }
            }
        })*

        /// Every action with the reach of every role, for the golden table.
        pub fn table() -> Vec<(&'static str, Vec<(Role, Reach)>)> {
            vec![$(($name::NAME, Role::ALL.iter().map(|role| (*role, $name::reach(*role))).collect())),*]
        }
    };
}

actions! {
    /// Make a project for an organisation.
    CreateProject on Organisation, ProjectsWrite: Operator All, Client Organisation;
    /// See the projects of an organisation.
    ListProjects on Organisation, ProjectsRead: Operator All, Client Organisation;
    /// See one project: stages, sources, files, cost.
    ViewProject on Project, ProjectsRead: Operator All, Client Organisation;
    /// Feed, price, start, pause or cancel a project.
    ManageProject on Project, ProjectsWrite: Operator All, Client Organisation;
    /// Let a project pay less than a living wage, for a stated reason.
    PayBelowWage on Project, ProjectsWrite: Operator All;
    /// See stuck items with who answered what, and mend them.
    MendProject on Project, ProjectsWrite: Operator All;
    /// Decide on an answer that was not accepted, when its worker asks for a second look.
    DecideContest on Project, ProjectsWrite: Operator All, TeamLeader Centre, Reviewer Centre;
    /// See the second looks that workers ask for in the projects of a centre.
    SeeContests on Centre, ProjectsRead: Operator All, TeamLeader Centre, Reviewer Centre;
    /// Take the files of a delivery.
    TakeDelivery on Project, ProjectsRead: Operator All, Client Organisation;
    /// Look at a sample of what was delivered, and accept it or send it back.
    JudgeDelivery on Project, ProjectsWrite: Operator All, Client Organisation;
    /// Ask and answer questions about a project, and settle them.
    Talk on Project, ProjectsWrite: Operator All, Client Organisation;
    /// Have the data of a project deleted for good on a day.
    ForgetProject on Project, ProjectsWrite: Operator All, ClientLead Organisation;
    /// Do tasks of a project.
    Work on Project, Work: Worker Centre, Reviewer Centre;
    /// See the own pay and answers.
    ViewOwnWork on Person, Work: Worker Own, Reviewer Own, TeamLeader Own;
    /// Add workers to a centre, enrol and revoke its computers.
    ManageCentre on Centre, People: Operator All, TeamLeader Centre;
    /// See who is at work at a centre, on what, and who needs help.
    WatchCentre on Centre, People: Operator All, TeamLeader Centre;
    /// Take tasks back from people of a centre, so that others get them.
    TakeBackTasks on Centre, People: Operator All, TeamLeader Centre;
    /// Send messages to the people of a centre, and see who has read them.
    SendNotices on Centre, People: Operator All, TeamLeader Centre;
    /// Say what a living wage is at a centre.
    SetLivingWage on Centre, People: Operator All;
    /// See what all projects under way need.
    SeeBoard on Organisation, ProjectsRead: Operator All;
    /// See all centres and organisations.
    ManageNetwork on Organisation, People: Operator All;
    /// See and steer background jobs.
    ManageJobs on Organisation, Jobs: Operator All;
    /// See the letters that go out, and send one again.
    ManageMail on Organisation, Jobs: Operator All;
    /// Ask people into an organisation, and put out those who work at none of its centres.
    ManageTeam on Organisation, People: Operator All, ClientLead Organisation;
    /// Take along all that is held about a person.
    TakeOwnData on Person, People: Operator All, TeamLeader Centre, Client Own;
    /// Take away the second factor of somebody who has lost it.
    ResetSecondFactor on Person, People: Operator All;
    /// Say whether the people of an organisation must have a second factor.
    DemandSecondFactor on Organisation, People: Operator All;
    /// Read the record of what happened.
    ViewAudit on Organisation, People: Operator All, ClientLead Organisation;
    /// Have an address told what happens to the projects of an organisation.
    ManageHooks on Organisation, ProjectsWrite: Operator Organisation, Client Organisation;
    /// Make and revoke API keys of one's own.
    ManageKeys on Person, People: Operator Own, Client Own;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Moment;

    fn id<K: Kind>(n: u8) -> Id<K> {
        Id::mint(Moment::from_micros(0), [n; 10])
    }

    fn actor(role: Role) -> Actor {
        Actor {
            person: id(1),
            organisation: id(2),
            centre: Some(id(3)),
            roles: RoleSet::default().with(role),
            scopes: None,
        }
    }

    #[test]
    fn the_golden_table() {
        let rows: Vec<String> = table()
            .into_iter()
            .map(|(action, cells)| {
                let cells: Vec<String> =
                    cells.iter().map(|(role, reach)| format!("{}={reach:?}", role.word())).collect();
                format!("{action}: {}", cells.join(" "))
            })
            .collect();
        let golden = include_str!("policy.golden");
        assert_eq!(rows.join("\n"), golden.trim_end(), "a change of rights must be made in both places");
    }

    #[test]
    fn a_client_sees_only_its_own_projects() {
        let client = actor(Role::Client);
        let own = Facts { organisation: Some(id(2)), ..Facts::default() };
        let other = Facts { organisation: Some(id(9)), ..Facts::default() };
        assert!(permit::<ViewProject>(&client, id(5), own).is_some());
        assert!(permit::<ViewProject>(&client, id(5), other).is_none());
        assert!(permit::<MendProject>(&client, id(5), own).is_none());
    }

    #[test]
    fn a_worker_works_only_where_the_centre_is_assigned() {
        let worker = actor(Role::Worker);
        let here = [id(3)];
        let there = [id(4)];
        assert!(permit::<Work>(&worker, id(5), Facts { centres: &here, ..Facts::default() }).is_some());
        assert!(permit::<Work>(&worker, id(5), Facts { centres: &there, ..Facts::default() }).is_none());
        assert!(
            permit::<ViewProject>(&worker, id(5), Facts { centres: &here, ..Facts::default() }).is_none()
        );
    }

    #[test]
    fn a_key_may_less_than_its_owner() {
        let mut operator = actor(Role::Operator);
        operator.scopes = Some(ScopeSet::default().with(Scope::ProjectsRead));
        assert!(permit::<ViewProject>(&operator, id(5), Facts::default()).is_some());
        assert!(permit::<ManageProject>(&operator, id(5), Facts::default()).is_none());
    }
}
