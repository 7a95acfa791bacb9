//! `GET /v1/authorize`: a client has sent the user's browser here. The portal asks the user.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};

use crate::clients::Clients;
use crate::clients::authorizations::NewAuthorization;
use crate::clients::error::OAuthError;
use crate::clients::params::Params;
use crate::clients::redirect;
use crate::clients::resolve::Client;

const LONGEST_STATE: usize = 4_096;
const LONGEST_SCOPE: usize = 1_000;
/// Characters of a challenge (RFC 7636, 4.2).
const CHALLENGE: std::ops::RangeInclusive<usize> = 43..=128;

pub(super) async fn authorize(
    State(clients): State<Clients>,
    RawQuery(query): RawQuery,
) -> Result<Response, OAuthError> {
    let params = Params::encoded(query.unwrap_or_default().as_bytes())?;
    let id = params.required("client_id")?;
    let redirect_uri = params.required("redirect_uri")?;
    let response_type = params.required("response_type")?;
    // Until it is known that the client may send users there, errors are shown here: otherwise this would be a way to
    // send anybody anywhere.
    let client = clients.resolve(id, redirect_uri).await?;
    match ask(&clients, &params, response_type, &client).await {
        Ok(location) => Ok(redirect_to(&location)),
        Err(error) => {
            let parameters = [
                ("error", Some(error.code)),
                ("error_description", Some(error.description.as_str())),
                ("state", params.get("state")),
            ];
            Ok(redirect_to(&redirect::with(&client.redirect, &parameters)))
        }
    }
}

/// Keeps the request and returns the page that asks the user.
async fn ask(
    clients: &Clients,
    params: &Params,
    response_type: &str,
    client: &Client,
) -> Result<String, OAuthError> {
    if response_type != "code" {
        return Err(OAuthError::unsupported_response_type());
    }
    let (state, scope) = (params.get("state"), params.get("scope"));
    if state.is_some_and(|state| state.len() > LONGEST_STATE) {
        return Err(OAuthError::invalid_request("state is too long"));
    }
    if scope.is_some_and(|scope| scope.len() > LONGEST_SCOPE) {
        return Err(OAuthError::invalid_request("scope is too long"));
    }
    let challenge = params.get("code_challenge");
    let method = params.get("code_challenge_method");
    match (challenge, method) {
        (None, _) if client.public => {
            let text = "PKCE is required for public clients. Provide a code_challenge parameter.";
            return Err(OAuthError::invalid_request(text));
        }
        (Some(challenge), Some("S256" | "plain")) if CHALLENGE.contains(&challenge.len()) => {}
        (Some(_), Some("S256" | "plain")) => {
            return Err(OAuthError::invalid_request("Invalid code_challenge"));
        }
        (Some(_), _) => return Err(OAuthError::invalid_request("Invalid code_challenge_method")),
        (None, _) => {}
    }
    let new = NewAuthorization {
        client_id: params.required("client_id")?,
        client_name: &client.name,
        public_client: client.public,
        redirect_uri: params.required("redirect_uri")?,
        scope,
        state,
        code_challenge: challenge,
        code_challenge_method: challenge.and(method),
    };
    let id = clients.authorizations.add(&new, clients.now()).await?;
    Ok(format!("{}oauth2/authorize/{id}", clients.settings().app_url))
}

fn redirect_to(location: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, location), (CACHE_CONTROL, "no-store")]).into_response()
}
