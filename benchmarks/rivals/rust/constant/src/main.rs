//! Answers every event with the same streamed octets: the floor of a compiled program.

use lambda_runtime::{Error, LambdaEvent, StreamResponse, run, service_fn, streaming::Body};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(async |_: LambdaEvent<Value>| {
        Ok::<_, Error>(StreamResponse::from(Body::from("x")))
    }))
    .await
}
