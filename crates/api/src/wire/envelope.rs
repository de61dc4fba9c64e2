//! The envelope around every success: `{"meta": {...}, "payload": {...}}`, one named schema per payload, because a
//! generic one would be inlined everywhere.

use serde::Serialize;
use utoipa::ToSchema;

/// Version of the payload's format.
pub const VERSION: &str = "1.0.0";

/// About the payload.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// Version of the payload's format; members may be added between minor versions.
    #[schema(example = "1.0.0")]
    pub version: &'static str,
}

/// About a page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageMeta {
    /// Version of the payload's format; members may be added between minor versions.
    #[schema(example = "1.0.0")]
    pub version: &'static str,
    /// Where this page stands.
    pub page: PageInfo,
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// Always `cursor`.
    #[schema(example = "cursor")]
    pub page_type: &'static str,
    /// At most so many items on a page.
    #[schema(example = 50)]
    pub page_size: u16,
    /// Send it as `_cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MDE5MmYxYzA")]
    pub next_cursor: Option<String>,
    /// The same, as URLs to follow.
    pub links: PageLinks,
}

/// URLs of this page and others, relative to the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageLinks {
    /// This page.
    #[serde(rename = "self")]
    #[schema(example = "/platform/v1/environments/0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02/destinations")]
    pub this: String,
    /// The next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        example = "/platform/v1/environments/0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02/destinations?_cursor=MDE5MmYxYzA"
    )]
    pub next: Option<String>,
    /// The first page.
    #[schema(example = "/platform/v1/environments/0192f1c0-5d3a-7cc1-b8a5-3f1d5c7a9e02/destinations")]
    pub first: String,
}

macro_rules! envelopes {
    ($($(#[$doc:meta])* $envelope:ident / $payload:ident [$meta:ty] { $($member:ident: $type:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, ::serde::Serialize, ::utoipa::ToSchema)]
        pub struct $envelope {
            /// About the payload.
            pub meta: $meta,
            /// The answer itself.
            pub payload: $payload,
        }

        $(#[$doc])*
        #[derive(Debug, ::serde::Serialize, ::utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $payload {
            $(#[doc = concat!("See the schema of `", stringify!($type), "`.")] pub $member: $type,)+
        }
    )+};
}
pub(crate) use envelopes;

envelopes! {
    /// What was done, in a sentence.
    MessageEnvelope / MessagePayload [Meta] { message: String }
}

/// Puts the version of the format beside a payload.
pub fn meta() -> Meta {
    Meta { version: VERSION }
}
