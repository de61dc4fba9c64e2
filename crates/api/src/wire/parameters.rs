//! Query parameters of lists, as they are published. `extract::page` reads them.

use utoipa::IntoParams;

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "a schema; extract::page reads the texts")]
pub struct PageQuery {
    /// At most so many items on a page.
    #[param(rename = "_count", minimum = 1, maximum = 200, default = 50, example = 50)]
    count: Option<u16>,
    /// `meta.page.nextCursor` of the page before.
    #[param(rename = "_cursor")]
    cursor: Option<String>,
}

/// Which destinations, in which order, which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "a schema; extract::page reads the texts")]
pub struct DestinationsQuery {
    /// At most so many items on a page.
    #[param(rename = "_count", minimum = 1, maximum = 200, default = 50, example = 50)]
    count: Option<u16>,
    /// `meta.page.nextCursor` of the page before; only with the same filters and order.
    #[param(rename = "_cursor")]
    cursor: Option<String>,
    /// Only in this state.
    #[param(inline, value_type = Option<super::destination::StatusName>)]
    status: Option<String>,
    /// Only of this type.
    #[param(inline, value_type = Option<super::destination_body::TypeName>)]
    r#type: Option<String>,
    /// Only of this cloud provider.
    type_id: Option<String>,
    /// Only of this cloud product.
    product_id: Option<String>,
    /// Only with this credential attached.
    #[param(format = "uuid")]
    auth_credential: Option<String>,
    /// Only the one of this external id.
    #[param(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    external_id: Option<String>,
    /// Only of this name, whatever its case.
    name: Option<String>,
    /// Only with this text somewhere in the name, whatever its case.
    q: Option<String>,
    /// The order; `-` before a name is descending. Equal ones stand in the order of their ids.
    #[param(inline, value_type = Option<SortName>, default = "createdAt")]
    sort: Option<String>,
}

/// Which credentials, in which order, which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "a schema; extract::page reads the texts")]
pub struct CredentialsQuery {
    /// At most so many items on a page.
    #[param(rename = "_count", minimum = 1, maximum = 200, default = 50, example = 50)]
    count: Option<u16>,
    /// `meta.page.nextCursor` of the page before; only with the same filters and order.
    #[param(rename = "_cursor")]
    cursor: Option<String>,
    /// Only of this strategy.
    auth_strategy: Option<String>,
    /// Only of this name, whatever its case.
    name: Option<String>,
    /// Only with this text somewhere in the name, whatever its case.
    q: Option<String>,
    /// The order; `-` before a name is descending. Equal ones stand in the order of their ids.
    #[param(inline, value_type = Option<SortName>, default = "createdAt")]
    sort: Option<String>,
}

/// Orders of a list.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "a schema; the route parses the text")]
pub enum SortName {
    /// The oldest first.
    #[schema(rename = "createdAt")]
    CreatedAt,
    /// The newest first.
    #[schema(rename = "-createdAt")]
    CreatedAtDescending,
    /// By name.
    #[schema(rename = "name")]
    Name,
    /// By name, backwards.
    #[schema(rename = "-name")]
    NameDescending,
    /// The longest unchanged first.
    #[schema(rename = "updatedAt")]
    UpdatedAt,
    /// The last changed first.
    #[schema(rename = "-updatedAt")]
    UpdatedAtDescending,
}

/// Which audit events, which page, in which form.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "a schema; extract::page reads the texts")]
pub struct AuditQuery {
    /// At most so many items on a page.
    #[param(rename = "_count", minimum = 1, maximum = 200, default = 50, example = 50)]
    count: Option<u16>,
    /// `meta.page.nextCursor` of the page before; only with the same filters.
    #[param(rename = "_cursor")]
    cursor: Option<String>,
    /// Only by this user.
    #[param(format = "uuid")]
    actor: Option<String>,
    /// Only this action, such as `destination.updated`.
    action: Option<String>,
    /// Only on this kind of thing, such as `destination`.
    resource_kind: Option<String>,
    /// Only on the thing of this id.
    resource_id: Option<String>,
    /// Only in this environment.
    #[param(format = "uuid")]
    environment_id: Option<String>,
    /// Not before this moment.
    #[param(format = DateTime, example = "2026-11-24T09:00:00Z")]
    from: Option<String>,
    /// Before this moment.
    #[param(format = DateTime, example = "2026-11-25T09:00:00Z")]
    to: Option<String>,
    /// `json`: a page; `ndjson`: all of them as a stream.
    #[param(default = "json", example = "json")]
    format: Option<String>,
}
