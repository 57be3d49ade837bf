//! Finding an order by what a person has at hand.

use crate::deps::Deps;
use crate::lookup::{self, Listed};
use crate::search;
use axum::extract::State;
use crossdock_model::{Fault, MemberId, OrderId, Page};
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Json, Problem};
use crossdock_store::SearchKey;
use proc_order_contract::{OrderLookup, OrderView};
use sys_customer_contract::{Customer, Resolve};

/// Find orders by what a person has at hand; a POST, so that nothing personal is in a URL.
///
/// One of the members is given. Orders of any age are found, newest first; what nobody has finds an empty list.
#[utoipa::path(
    post, path = "/orders/lookups", operation_id = "order_look_up", tag = "orders",
    request_body = OrderLookup,
    responses(
        (status = 200, description = "A page of the orders that match, newest first; `next` is there while more follow", body = Page<OrderView>),
        (status = 409, description = "More than one customer has that phone number, e-mail or card: ask by another"),
        (status = 422, description = "Nothing to look for, several things at once, or a cursor of another search"),
    ),
)]
pub(crate) async fn look_up_orders(
    State(deps): State<Deps>,
    context: CallContext,
    Json(asked): Json<OrderLookup>,
) -> Result<Json<Page<OrderView>>, Problem> {
    let tenant = &context.caller.tenant;
    let page = asked.page();
    let listed = match Handle::of(asked)? {
        Handle::Order(id) => {
            // A list of one has no second page.
            page.after(&format!("order {id}"))?;
            let found = lookup::find(&deps.desk, tenant, id).await?;
            let items = found.iter().map(OrderView::from).collect();
            return Ok(Json(Page { items, next: None }));
        }
        Handle::Key(key) => Listed::by(key),
        Handle::Tender(reference) => {
            let sent = deps.lookup_key.tender(tenant, &reference);
            let keys = vec![search::payment_text(&reference), sent.clone()];
            Listed::By { asked: sent, keys }
        }
        Handle::Person(who) => person(&deps, &context, &who).await?,
    };
    Ok(Json(
        lookup::page(&deps.desk, tenant, &listed, &page).await?,
    ))
}

/// What a person has at hand.
#[derive(Debug, PartialEq, Eq)]
enum Handle {
    Order(OrderId),
    Key(SearchKey),
    Tender(String),
    Person(Resolve),
}

impl Handle {
    /// The one that is given.
    fn of(asked: OrderLookup) -> Result<Self, Problem> {
        let given = [
            asked.order_id.map(Self::Order),
            asked.receipt.map(|text| Self::receipt(&text)),
            asked
                .channel_ref
                .map(|reference| Self::Key(search::channel_ref(&reference))),
            asked.customer.map(|id| Self::Key(search::customer(&id))),
            asked.email.map(|email| Self::Person(Resolve::Email(email))),
            asked.phone.map(|phone| Self::Person(Resolve::Phone(phone))),
            asked
                .card
                .map(|card| Self::Person(Resolve::LoyaltyCard(card))),
            asked.tender.map(Self::Tender),
            asked.item.map(|item| Self::Key(search::item(&item))),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(unclear("nothing to look for")),
            (Some(_), Some(_)) => Err(unclear("several things to look for at once")),
        }
    }

    /// A receipt bears the order's id as a barcode, and the channel's reference in letters.
    fn receipt(text: &str) -> Self {
        let text = text.trim();
        match text.parse() {
            Ok(id) => Self::Order(id),
            Err(_a_reference) => Self::Key(search::channel_ref(text)),
        }
    }
}

fn unclear(what: &str) -> Problem {
    let detail = format!(
        "{what}: name one of orderId, receipt, channelRef, customer, email, phone, card, tender, item"
    );
    Problem::new(Code::ValidationFailed, detail)
}

/// The orders of whoever is known by that, and those that it was given with.
async fn person(deps: &Deps, context: &CallContext, who: &Resolve) -> Result<Listed, Problem> {
    let (tenant, key) = (&context.caller.tenant, &deps.lookup_key);
    let asked = match who {
        Resolve::Id(id) => return Ok(Listed::by(search::customer(id))),
        Resolve::Email(email) => key.email(tenant, email),
        Resolve::Phone(phone) => key.phone(tenant, phone),
        Resolve::LoyaltyCard(card) => search::member(&MemberId(card.trim().into())),
    };
    let mut keys = vec![asked.clone()];
    if could_be(who)
        && let Some(customer) = known(deps, context, who).await?
    {
        keys.push(search::customer(&customer.id));
    }
    Ok(Listed::By { asked, keys })
}

/// Whether anybody can have it; the customer system is not asked about an empty text.
fn could_be(who: &Resolve) -> bool {
    match who {
        Resolve::Id(id) => !id.0.is_empty(),
        Resolve::Email(email) => email.contains('@'),
        Resolve::Phone(phone) => phone.chars().any(|each| each.is_ascii_digit()),
        Resolve::LoyaltyCard(card) => !card.trim().is_empty(),
    }
}

/// Whom the customer system knows by it; it alone can say, so it has to answer.
async fn known(
    deps: &Deps,
    context: &CallContext,
    who: &Resolve,
) -> Result<Option<Customer>, Fault> {
    let customers = &deps.pricing.systems.customer;
    match customers.resolve(context, who).await {
        Ok(customer) => Ok(Some(customer)),
        Err(Fault::Refused(nobody)) if matches!(&*nobody.code, "not_found" | "gone") => Ok(None),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::CustomerId;

    fn handle(asked: OrderLookup) -> Handle {
        Handle::of(asked).unwrap()
    }

    #[test]
    fn a_receipt_is_an_order_or_a_reference() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let receipt = |text: &str| OrderLookup {
            receipt: Some(text.into()),
            ..OrderLookup::default()
        };
        assert_eq!(handle(receipt(id)), Handle::Order(id.parse().unwrap()));
        assert_eq!(
            handle(receipt(" web-1 ")),
            Handle::Key(search::channel_ref("web-1"))
        );
    }

    #[test]
    fn nothing_or_several_things_at_once_are_refused_with_what_can_be_named() {
        let both = OrderLookup {
            customer: Some(CustomerId("cust-ada".into())),
            email: Some("bob@example.com".into()),
            ..OrderLookup::default()
        };
        let page_alone = OrderLookup {
            limit: Some(10),
            ..OrderLookup::default()
        };
        for unclear in [both, page_alone] {
            let problem = Handle::of(unclear).unwrap_err();
            assert_eq!(problem.status, 422);
            assert!(problem.detail.contains("channelRef"), "{}", problem.detail);
        }
    }

    #[test]
    fn nobody_is_asked_about_an_empty_text() {
        for empty in [
            Resolve::Email(String::new()),
            Resolve::Phone("- -".into()),
            Resolve::LoyaltyCard(" ".into()),
        ] {
            assert!(!could_be(&empty), "{empty:?}");
        }
        assert!(could_be(&Resolve::Email("nobody@example.com".into())));
    }
}
