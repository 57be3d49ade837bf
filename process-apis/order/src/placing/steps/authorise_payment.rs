//! Reserves the card money; undone by a void, which also keeps a late authorisation from standing.

use crate::personal_data::PersonalDataReader;
use crate::placing::state::{Held, Placing};
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_workflow::{Loaded, Moment, Retry, Reversible, Step};
use sys_payment_contract::{Authorise, PaymentClient, Void};

pub(crate) struct AuthorisePayment {
    payment: PaymentClient,
    people: PersonalDataReader,
}

impl AuthorisePayment {
    pub(crate) fn new(systems: &Systems, people: &PersonalDataReader) -> Self {
        Self {
            payment: systems.payment.clone(),
            people: people.clone(),
        }
    }
}

impl Step<Placing> for AuthorisePayment {
    const NAME: &'static str = "authorise-payment";
    const RETRY: Retry = Retry::HELD;
    type Out = Held;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Held, Fault> {
        let kept = self.people.read(&delivery.context, state.order.id).await?;
        let token = kept.payment_token.ok_or_else(|| {
            Fault::refused(
                "validation_failed",
                "the order owes money and names no tender",
            )
        })?;
        let wanted = Authorise {
            reference: state.order.id.to_string(),
            amount: state.order.totals.card,
            token,
        };
        let payment = self.payment.pinned_to(&state.order.pins.payment);
        payment.authorise(delivery, &wanted).await.map(|held| Held {
            reference: held.reference,
            until: held.capture_before,
            taken: delivery.first_sent,
        })
    }

    fn choose(
        _state: &Placing,
        held: Held,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Held, Refusal> {
        Ok(held.taken_at(moment.now))
    }

    fn record(state: &mut Placing, payment: Held) {
        state.payment = Some(payment);
    }
}

impl Reversible<Placing> for AuthorisePayment {
    async fn undo(&self, delivery: &Delivery, state: &Placing) -> Result<(), Fault> {
        let void = Void {
            order: state.order.id.to_string(),
        };
        self.payment
            .pinned_to(&state.order.pins.payment)
            .void(delivery, &void)
            .await
            .map(drop)
    }
}
