//! Writes the gRPC service's code, without a protoc.

use tonic_prost_build::manual::{Builder, Method, Service};

fn main() {
    let close = Method::builder()
        .name("close")
        .route_name("Close")
        .input_type("crate::grpc::CloseRequest")
        .output_type("crate::grpc::NoteReply")
        .codec_path("tonic_prost::ProstCodec")
        .build();
    let notes = Service::builder()
        .name("Notes")
        .package("notes.v1")
        .method(close)
        .build();
    Builder::new().compile(&[notes]);
}
