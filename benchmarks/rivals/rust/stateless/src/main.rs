//! The three tools on the official Rust SDK, stateless, answers streamed as they are written.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use lambda_http::{Error, run_with_streaming_response};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    handler::server::{router::tool::ToolRouter, wrapper::Parameters},
    model::{ProgressNotificationParam, ServerCapabilities, ServerConfig},
    schemars,
    service::RequestContext,
    tool, tool_handler, tool_router,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::OnceCell;

static ITEMS: OnceCell<Client> = OnceCell::const_new();

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Addends {
    a: i64,
    b: i64,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Key {
    key: String,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Bound {
    n: u32,
}

#[derive(Clone)]
struct Benchmark {
    tool_router: ToolRouter<Self>,
}

#[tool_router]
impl Benchmark {
    #[tool(description = "Add two integers.")]
    fn add(&self, Parameters(Addends { a, b }): Parameters<Addends>) -> String {
        (a + b).to_string()
    }

    #[tool(description = "Read the text of an item.")]
    async fn read_item(
        &self,
        Parameters(Key { key }): Parameters<Key>,
    ) -> Result<String, ErrorData> {
        let items = ITEMS
            .get_or_init(async || Client::new(&aws_config::load_from_env().await))
            .await;
        let found = items
            .get_item()
            .table_name("items")
            .key("key", AttributeValue::S(key))
            .send()
            .await
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        found
            .item()
            .and_then(|item| item.get("text")?.as_s().ok().cloned())
            .ok_or_else(|| ErrorData::internal_error("no such item", None))
    }

    #[tool(description = "Count to n and tell each number's moment.")]
    async fn count(
        &self,
        Parameters(Bound { n }): Parameters<Bound>,
        context: RequestContext<RoleServer>,
    ) -> Result<String, ErrorData> {
        let token = context
            .meta
            .get_progress_token()
            .ok_or_else(|| ErrorData::invalid_params("no progress token", None))?;
        for number in 1..=n {
            tokio::time::sleep(Duration::from_millis(2)).await;
            let report = ProgressNotificationParam::new(token.clone(), number.into())
                .with_total(n.into())
                .with_message(now_ns().to_string());
            context
                .peer
                .notify_progress(report)
                .await
                .map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        }
        Ok("done".into())
    }
}

#[tool_handler]
impl ServerHandler for Benchmark {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let server = Benchmark {
        tool_router: Benchmark::tool_router(),
    };
    let settings = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        settings,
    );
    run_with_streaming_response(service).await
}

fn now_ns() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
