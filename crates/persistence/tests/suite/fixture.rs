//! A migrated database with one organization, and short ways to make what the tests need.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    access::{EnvironmentRole, Permission},
    audit::Act,
    credential::{self, Credential, CredentialChange},
    destination::{
        Created, Destination,
        change::{Change, Patch},
        naming::Name,
    },
    endpoint::Endpoint,
    environment::{EnvironmentFlag, EnvironmentRef},
    form::{Edit, FieldValue},
    ids::{AuditEventId, CredentialId, DestinationId, EnvironmentId, OrganizationId, UserId},
    organization::User,
    secret::SealedText,
    time::Timestamp,
};
use persistence::{
    Options, Scope, Store, StoreError, credentials, destinations,
    environments::{self, NewOrganization},
    principals, roles,
};
use testkit::database::{Database, Raw};
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) database: Database,
    pub(crate) organization: OrganizationId,
    /// Development, staging, production.
    pub(crate) environments: [EnvironmentId; 3],
    /// Engineer in all three.
    pub(crate) owner: UserId,
}

/// A UUID that no other call in this process gave.
pub(crate) fn fresh() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128((0x0192_f1c0 << 96) | u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// So many milliseconds after the beginning of the test's time.
pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_795_500_000_000 + millis).unwrap()
}

pub(crate) fn act(millis: i64) -> Act {
    Act { event_id: AuditEventId(fresh()), actor: None, request_id: Some("test".to_owned()), now: at(millis) }
}

/// Bytes that stand for an envelope, and their mark.
pub(crate) fn sealed(mark: &str) -> SealedText {
    SealedText { envelope: mark.as_bytes().to_vec(), fingerprint: mark.to_owned() }
}

pub(crate) fn user(name: &str, is_staff: bool) -> User {
    User::person(UserId(fresh()), name.to_owned(), is_staff, at(0))
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let database = Database::fresh();
        let store = Store::open(&database.address(), options).unwrap();
        store.migrate().await.unwrap();
        let environments = [(); 3].map(|()| EnvironmentId(fresh()));
        let person = user("Ada", false);
        let owner = person.id;
        let organization = store
            .change(move |tx| {
                principals::create_user(tx, &person, &act(0))?;
                let new = NewOrganization { name: "Labs".to_owned(), environments, owner };
                environments::create_organization(tx, new, &act(0))
            })
            .await
            .map_err(|error: StoreError| error)
            .unwrap();
        Self { store, database, organization: organization.id, environments, owner }
    }

    /// A connection past the store, to look behind its back and to do damage.
    pub(crate) fn raw(&self) -> Raw {
        self.database.raw()
    }

    pub(crate) fn count(&self, table: &str) -> i64 {
        self.raw().count(table)
    }

    pub(crate) fn scope(&self, permission: Permission) -> Scope {
        Scope { user: self.owner, permission }
    }

    /// A user with this role in the staging environment.
    pub(crate) async fn person(&self, role: Option<EnvironmentRole>, is_staff: bool) -> UserId {
        let person = user("Somebody", is_staff);
        let (id, environment) = (person.id, self.environments[1]);
        self.store
            .change(move |tx| {
                principals::create_user(tx, &person, &act(0))?;
                roles::set_role(tx, id, environment, role, &act(0))
            })
            .await
            .map_err(|error: StoreError| error)
            .unwrap();
        id
    }

    /// The staging environment, as an aggregate refers to it.
    pub(crate) fn staging(&self) -> EnvironmentRef {
        EnvironmentRef {
            id: self.environments[1],
            organization: self.organization,
            flag: EnvironmentFlag::Staging,
        }
    }

    /// A JWT bearer credential of the staging environment, not stored yet. Its secret is no real envelope.
    pub(crate) fn credential(&self, name: &str, millis: i64) -> credential::Created {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let field = |name: &str, value| (name.to_owned(), Some(Edit::Set(value)));
        let claims = vec![("tenant".to_owned(), text("labs")), ("all".to_owned(), FieldValue::Flag(true))];
        let change = CredentialChange {
            name: Some(Name::parse(name).unwrap()),
            fields: vec![
                field("algorithm", text("ES256")),
                field("issuer", text("https://waypost.example.org")),
                field("audience", text("https://labs.example.org")),
                field("lifetime", FieldValue::Integer(60)),
                field("claims", FieldValue::Object(claims)),
            ],
            secrets: vec![("privateKey", Patch::Value(sealed("key")))],
            ..CredentialChange::default()
        };
        let strategy = credential::find_strategy("JWT_Bearer").unwrap();
        Credential::create(CredentialId(fresh()), self.staging(), strategy, change, &act(millis)).unwrap()
    }

    pub(crate) async fn save_credential(
        &self,
        created: credential::Created,
    ) -> Result<Credential, StoreError> {
        self.store
            .change(move |tx| {
                credentials::create(tx, &created)?;
                Ok(created.credential)
            })
            .await
    }

    pub(crate) async fn get_credential(
        &self,
        id: CredentialId,
        scope: Scope,
    ) -> Result<Credential, StoreError> {
        self.store.read(move |tx| credentials::get_for(tx, &scope, id)).await
    }

    /// A standard destination of the staging environment, not stored yet.
    pub(crate) fn draft(&self, name: &str, millis: i64) -> Created {
        let change = Change {
            name: Some(Name::parse(name).unwrap()),
            endpoint: Patch::Value(Endpoint::parse("https://labs.example.org/in").unwrap()),
            ..Change::default()
        };
        Destination::create(DestinationId(fresh()), self.staging(), change, &act(millis)).unwrap()
    }

    pub(crate) async fn save(&self, created: Created) -> Result<Destination, StoreError> {
        self.store
            .change(move |tx| {
                destinations::create(tx, &created)?;
                Ok(created.destination)
            })
            .await
    }

    pub(crate) async fn get(&self, id: DestinationId, scope: Scope) -> Result<Destination, StoreError> {
        self.store.read(move |tx| destinations::get_for(tx, &scope, id)).await
    }
}
