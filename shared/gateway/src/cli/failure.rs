//! Why a command did not do it, with the exit code that scripts read.

use crate::error::BuildError;
use crossdock_outbound::{EndpointError, Reply};
use crossdock_problem::Problem;
use std::fmt;

/// What happened, why, what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    /// 1 failed, 2 usage or configuration, 3 not found, 4 refused, 5 down.
    pub(crate) exit: u8,
    message: String,
}

impl Failure {
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self {
            exit: 1,
            message: message.into(),
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: 2,
            message: message.into(),
        }
    }

    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self {
            exit: 4,
            message: message.into(),
        }
    }

    pub(crate) fn down(message: impl Into<String>) -> Self {
        Self {
            exit: 5,
            message: message.into(),
        }
    }

    /// Of an answer that is no success.
    pub(crate) fn of(reply: &Reply) -> Self {
        let status = reply.status.as_u16();
        let exit = match status {
            404 | 410 => 3,
            502..=504 => 5,
            500..=599 => 1,
            _refused => 4,
        };
        let message = match serde_json::from_slice::<Problem>(&reply.body) {
            Ok(problem) => shown(&problem),
            Err(_no_problem) => format!(
                "answered {status}: {}",
                String::from_utf8_lossy(&reply.body)
            ),
        };
        Self { exit, message }
    }
}

/// A problem for people: what is wrong, with every violation.
fn shown(problem: &Problem) -> String {
    let mut text = format!("{} ({}): {}", problem.title, problem.code, problem.detail);
    for violation in &problem.errors {
        text = format!("{text}\n  {}: {}", violation.pointer, violation.detail);
    }
    if let Some(instance) = &problem.instance {
        text = format!("{text}\n  correlation {instance}");
    }
    text
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<EndpointError> for Failure {
    fn from(error: EndpointError) -> Self {
        Self::down(format!(
            "the process does not answer: {error}; start it with: crossdock up"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, StatusCode};

    #[test]
    fn the_exit_code_says_what_a_script_can_do() {
        let exit = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            Failure::of(&Reply {
                status,
                headers: HeaderMap::new(),
                body: "x".into(),
            })
            .exit
        };
        assert_eq!([404, 409, 422, 500, 503].map(exit), [3, 4, 4, 1, 5]);
    }
}
