//! A page of a list, as the query asks for it: `_count`, `_cursor`, and filters that are the list's own.

use std::{
    future::{Ready, ready},
    str::FromStr,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use persistence::{Keyset, PageRequest};
use serde_json::Value;
use url::form_urlencoded;

use super::parameters;
use crate::{
    cursor::Cursors,
    failure::Failure,
    wire::envelope::{PageInfo, PageLinks, PageMeta, VERSION},
};

const DEFAULT_COUNT: u16 = 50;
const MAX_COUNT: u16 = 200;

/// The query of a list. Parameters are taken out one by one; what is wrong with any of them is told all at once.
pub struct ListQuery {
    path: String,
    pairs: Vec<(String, String)>,
    errors: Vec<Value>,
}

impl FromRequest for ListQuery {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (path, pairs) = (request.path().to_owned(), parameters::pairs(request));
        ready(parameters::unknown(request).map(|mut errors| {
            // Nothing that is stored holds it, and PostgreSQL does not even take it in a question.
            errors.extend(
                pairs.iter().filter(|(name, value)| name != "_cursor" && value.contains('\0')).map(
                    |(name, _)| {
                        Failure::parameter(name, "invalid-value", "A text without the character U+0000.")
                    },
                ),
            );
            Self { path, pairs, errors }
        }))
    }
}

/// A page that was asked for, and what its answer will say of it.
pub struct PageOf {
    /// For the store.
    pub request: PageRequest,
    path: String,
    filters: Vec<(String, String)>,
    cursor: Option<String>,
    has_count: bool,
}

impl ListQuery {
    /// The text of a parameter, if it was sent.
    pub fn text(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// A parameter that has to be parsed.
    pub fn parse<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.errors.push(Failure::parameter(name, "invalid-value", expected));
        }
        parsed
    }

    /// A parameter that is an id.
    pub fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.parse(name, "A UUID in its hyphenated form.", |text| text.parse().ok())
    }

    /// The page, once the list has taken its filters.
    pub fn page(mut self, cursors: &Cursors) -> Result<PageOf, Failure> {
        let count = self.parse("_count", "A number from 1 to 200.", |text| {
            text.parse().ok().filter(|count| (1..=MAX_COUNT).contains(count))
        });
        if !self.errors.is_empty() {
            return Err(Failure::parameters(self.errors));
        }
        let (cursor, has_count) = (self.text("_cursor"), count.is_some());
        let mut filters = self.pairs;
        filters.retain(|(name, _)| name != "_cursor" && name != "_count");
        filters.sort();
        let after = match &cursor {
            Some(cursor) => Some(cursors.open(&list_name(&self.path, &filters), cursor)?),
            None => None,
        };
        let request = PageRequest { after, limit: count.unwrap_or(DEFAULT_COUNT) };
        Ok(PageOf { request, path: self.path, filters, cursor, has_count })
    }
}

impl PageOf {
    /// What `meta` says of the page.
    pub fn meta(&self, cursors: &Cursors, next: Option<&Keyset>) -> PageMeta {
        let next_cursor = next.map(|keyset| cursors.seal(&list_name(&self.path, &self.filters), keyset));
        let links = PageLinks {
            this: self.link(self.cursor.as_deref()),
            next: next_cursor.as_deref().map(|cursor| self.link(Some(cursor))),
            first: self.link(None),
        };
        let page = PageInfo { page_type: "cursor", page_size: self.request.limit, next_cursor, links };
        PageMeta { version: VERSION, page }
    }

    fn link(&self, cursor: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.filters);
        if self.has_count {
            query.append_pair("_count", &self.request.limit.to_string());
        }
        if let Some(cursor) = cursor {
            query.append_pair("_cursor", cursor);
        }
        let query = query.finish();
        if query.is_empty() { self.path.clone() } else { format!("{}?{query}", self.path) }
    }
}

/// Which list a cursor is for: the path, and the filters in a fixed order.
fn list_name(path: &str, filters: &[(String, String)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish();
    format!("{path}?{query}")
}
