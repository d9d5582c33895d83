use async_trait::async_trait;

use super::{AuditEvent, AuditSink, json};

/// A `tracing` event each, of the target `auth_core::audit::event` at the level `info`: for apps whose log goes
/// where their audit trail should.
///
/// It carries `granted`, `code`, `handler`, `policy`, and all of the event as JSON in `event`. It is written by the
/// trail's own task, so it stands in no request's span: name requests by
/// [`PolicyRouter::request_id`](crate::PolicyRouter::request_id). Each denial is an event of `auth_core::denial`,
/// too, whether there is a trail or not.
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingEvents;

#[async_trait]
impl AuditSink for TracingEvents {
    async fn write(&self, events: &[AuditEvent]) -> Result<(), String> {
        for event in events {
            let line = json::line(event)?;
            tracing::info!(
                target: "auth_core::audit::event",
                granted = event.granted,
                code = event.code,
                handler = event.handler,
                policy = event.policy,
                event = %String::from_utf8_lossy(&line),
                "decided"
            );
        }
        Ok(())
    }
}
