//! The admin address: is the process alive, and can it serve?

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::state::State;

/// Mounts `/healthz` and `/readyz`.
pub fn mount(config: &mut web::ServiceConfig) {
    config.route("/healthz", web::get().to(get_health)).route("/readyz", web::get().to(get_readiness));
}

async fn get_health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// 200 when the database answers and is migrated, else 503.
async fn get_readiness(state: web::Data<State>) -> HttpResponse {
    match state.store.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({"status": "ready", "database": "ok", "migrations": "ok"})),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().json(json!({"status": "not ready"}))
        }
    }
}
