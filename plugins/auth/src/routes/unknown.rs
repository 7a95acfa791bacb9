//! Every other path names a provider that isn't here.

use axum::extract::Path;
use axum::routing::{MethodFilter, on};
use callboard_kit::access::{Access, Routes};
use callboard_kit::error::ApiError;
use http::Method;
use serde::Deserialize;

use crate::error::AuthError;

const METHODS: [(Method, MethodFilter); 5] = [
    (Method::GET, MethodFilter::GET),
    (Method::POST, MethodFilter::POST),
    (Method::PUT, MethodFilter::PUT),
    (Method::PATCH, MethodFilter::PATCH),
    (Method::DELETE, MethodFilter::DELETE),
];

#[derive(Deserialize)]
struct Parts {
    provider: String,
}

pub(super) fn add(mut routes: Routes) -> Routes {
    for path in ["/{provider}", "/{provider}/{*rest}"] {
        for (method, filter) in METHODS {
            routes = routes.add(method, path, Access::Public, on(filter, unknown));
        }
    }
    routes
}

async fn unknown(Path(parts): Path<Parts>) -> ApiError {
    AuthError::UnknownProvider(parts.provider).into()
}
