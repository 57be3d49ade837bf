//! Nor may it hide in a leg.

use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::*;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Case;
impl State for Case {}

struct Ship;
impl Step<Case> for Ship {
    const NAME: &'static str = "ship";
    type Out = ();
    async fn run(&self, _: &Delivery, _: &Case) -> Result<(), Fault> {
        Ok(())
    }
    fn record(_: &mut Case, (): ()) {}
}

struct Place;
impl Pivot<Case> for Place {
    const NAME: &'static str = "place";
    type Out = ();
    fn choose(_: &Case, _: &Loaded, _: &Moment) -> Result<(), Refusal> {
        Ok(())
    }
    fn record(_: &mut Case, (): ()) {}
    fn changes(_: &Case, _: &Loaded, _: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }
}

fn main() {

    let _ = workflow::<Case>("x").all([("one", leg().step(Ship))]).pivot(Place);
}
