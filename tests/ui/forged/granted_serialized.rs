fn show(ticket: auth_core::Granted<u8>) -> axum::Json<auth_core::Granted<u8>> {
    axum::Json(ticket)
}

fn main() {
    use axum::response::IntoResponse;
    let _ = |ticket| show(ticket).into_response();
}
