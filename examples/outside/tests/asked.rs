//! The same policy answers alike in a job, over gRPC and in GraphQL.

use auth_core::DenialKind;
use axum::{
    body::{Body, to_bytes},
    http::{
        Method, Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};
use outside::{
    App,
    grpc::{CloseRequest, NotesClient},
    job::{self, Jobs},
};
use serde_json::{Value, json};
use tower::ServiceExt;

fn served() -> (
    auth_core::Guarded,
    App,
    tokio::sync::mpsc::Receiver<job::Job>,
) {
    let (jobs, waiting) = Jobs::new();
    let app = App::demo();
    (outside::app(&app, jobs), app, waiting)
}

async fn post(app: &auth_core::Guarded, who: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let request = Request::builder().method(Method::POST).uri(path);
    let request = request.header(CONTENT_TYPE, "application/json");
    let request = match who {
        "" => request,
        who => request.header(AUTHORIZATION, format!("Demo {who}")),
    };
    let request = request
        .body(Body::from(body.to_string()))
        .expect("a request");
    let answer = app.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn a_job_is_decided_about_when_it_is_done() {
    let (served, app, mut waiting) = served();
    for (who, note, status) in [
        ("", 1, 401),
        ("bob", 1, 403),
        ("ann", 9, 404),
        ("ann", 1, 202),
        ("ada", 1, 202),
    ] {
        let (answered, _) = post(&served, who, &format!("/jobs/close/{note}"), Value::Null).await;
        assert_eq!(answered.as_u16(), status, "{who} on {note}");
    }
    let (anns, adas) = (
        waiting.recv().await.expect("a job"),
        waiting.recv().await.expect("another"),
    );
    assert!(job::run(anns, &app).await.expect("granted").closed);
    // Granted when it was queued, and not any more.
    let denied = job::run(adas, &app).await.expect_err("it is closed");
    assert_eq!(denied.kind(), DenialKind::Forbidden);
}

#[tokio::test]
async fn a_grpc_method_asks_for_its_caller() {
    let (served, app, _waiting) = served();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move { axum::serve(listener, served).await });
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{address}"));
    let channel = endpoint.expect("an address").connect().await;
    let client = NotesClient::new(channel.expect("a connection"));
    let close = async |who: &str, id| {
        let mut request = tonic::Request::new(CloseRequest { id });
        if !who.is_empty() {
            let caller = format!("Demo {who}").parse().expect("ASCII");
            request.metadata_mut().insert("authorization", caller);
        }
        client
            .clone()
            .close(request)
            .await
            .map(|note| note.into_inner().closed)
    };
    for (who, id, code) in [
        ("", 1, tonic::Code::Unauthenticated),
        ("bob", 1, tonic::Code::PermissionDenied),
        ("ann", 9, tonic::Code::NotFound),
    ] {
        assert_eq!(
            close(who, id).await.expect_err("denied").code(),
            code,
            "{who} on {id}"
        );
    }
    assert!(close("ann", 1).await.expect("granted"));
    assert!(app.note(1).is_some_and(|note| note.closed));
    server.abort();
}

#[tokio::test]
async fn a_resolver_asks_for_its_caller() {
    let (served, app, _waiting) = served();
    let ask = async |who: &str, query: &str| {
        post(&served, who, "/graphql", json!({ "query": query })).await
    };
    assert_eq!(
        ask("", "{ note(id: 1) { id } }").await.0,
        StatusCode::UNAUTHORIZED
    );
    let (_, answer) = ask(
        "ann",
        "{ note(id: 1) { closable } closable(ids: [1, 2, 9]) }",
    )
    .await;
    assert_eq!(
        answer["data"],
        json!({ "note": { "closable": true }, "closable": [1] })
    );
    let (_, answer) = ask("ada", "{ closable(ids: [2, 1]) }").await;
    assert_eq!(answer["data"]["closable"], json!([2, 1]));
    let (_, answer) = ask("bob", "mutation { close(id: 1) }").await;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "forbidden",
        "{answer}"
    );
    assert!(app.note(1).is_some_and(|note| !note.closed));
    let (_, answer) = ask("ann", "mutation { close(id: 1) }").await;
    assert_eq!(answer["data"]["close"], true);
    let (_, answer) = ask("ann", "{ note(id: 1) { closed closable } }").await;
    assert_eq!(
        answer["data"]["note"],
        json!({ "closed": true, "closable": false })
    );
}
