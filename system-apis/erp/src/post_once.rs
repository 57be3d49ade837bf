//! One document for one reference, over ERPs that would book as often as they are asked.

use crate::in_flight::Key;
use crate::port::Posting;
use crate::{Erp, Serving};
use crossdock_model::{Delivery, Fault};
use crossdock_outbound::{Ability, Lookup, OnConnector, safely};
use crossdock_problem::Problem;
use sys_erp_contract::{
    CancelSalesOrder, CreditMemo, CustomerReturn, Document, DocumentKind, DocumentStatus, FINANCE,
    Posted, STOCK,
};

impl Erp {
    /// Posts unless it was posted before; either way answers the one document.
    pub(crate) async fn post_once(
        &self,
        pinned: &OnConnector,
        delivery: &Delivery,
        posting: Posting<'_>,
    ) -> Result<Posted, Problem> {
        let on = self.serving(pinned, &delivery.context, posting.kind().capability())?;
        let key = on.key(delivery, posting.kind(), posting.reference());
        let _held = self.in_flight.hold(key).await;
        Ok(self.look_then_post(on, delivery, posting).await?)
    }

    /// Takes goods back once, and books their credit once, wherever one of the two stands already.
    pub(crate) async fn return_once(
        &self,
        pinned: &OnConnector,
        delivery: &Delivery,
        goods: &CustomerReturn,
    ) -> Result<Posted, Problem> {
        let Some(journal) = &goods.journal else {
            return self
                .post_once(pinned, delivery, Posting::CustomerReturn(goods))
                .await;
        };
        let on = self.serving(pinned, &delivery.context, STOCK)?;
        let memo = CreditMemo {
            reference: goods.reference.clone(),
            order: goods.order.clone(),
            journal: journal.clone(),
            posting_date: goods.posting_date,
            origin_date: goods.origin_date,
        };
        // Always goods before credit, so that two attempts never wait for one another.
        let key = |kind| on.key(delivery, kind, &goods.reference);
        let _goods = self.in_flight.hold(key(DocumentKind::GoodsReceipt)).await;
        let _credit = self.in_flight.hold(key(DocumentKind::CreditMemo)).await;
        let credit = Posting::CreditMemo(&memo);
        if let Some(credited) = found(on, delivery, credit).await? {
            // The credit was posted by itself: only the goods may be missing.
            let alone = CustomerReturn {
                journal: None,
                ..goods.clone()
            };
            self.look_then_post(on, delivery, Posting::CustomerReturn(&alone))
                .await?;
            return Ok(credited);
        }
        // Both in one transaction, unless the goods came back before by themselves.
        let booked = self
            .look_then_post(on, delivery, Posting::CustomerReturn(goods))
            .await?;
        if booked.reference.kind == DocumentKind::CreditMemo.as_str() {
            return Ok(booked);
        }
        Ok(self.look_then_post(on, delivery, credit).await?)
    }

    /// Cancels a sales order that was posted; a second time it stays cancelled.
    pub(crate) async fn cancel_once(
        &self,
        pinned: &OnConnector,
        delivery: &Delivery,
        cancel: &CancelSalesOrder,
    ) -> Result<Posted, Problem> {
        let on = self.serving(pinned, &delivery.context, FINANCE)?;
        let (kind, reference) = (DocumentKind::SalesOrder, cancel.reference.as_str());
        let _held = self.in_flight.hold(on.key(delivery, kind, reference)).await;
        let find = || on.backend.find(&delivery.context, kind, reference);
        let cancelled = |order: &Document| order.status == DocumentStatus::Cancelled;
        let Some(order) = find().await? else {
            let detail = format!("no sales order stands under {reference}: post it first");
            return Err(Fault::refused("not_found", detail).into());
        };
        if cancelled(&order) {
            return Ok(order.posted);
        }
        let call = async || {
            let number = &order.posted.reference.value;
            on.backend.cancel(delivery, number, &cancel.reason).await?;
            Ok(order.posted.clone())
        };
        let probe = async || Ok(find().await?.filter(cancelled).map(|order| order.posted));
        let ability = on.backend.abilities().cancelling;
        Ok(safely(delivery, ability, self.connected.clock(), call, probe).await?)
    }

    /// Looks on a first attempt too: a caller may ask twice without knowing it.
    async fn look_then_post(
        &self,
        on: Serving<'_>,
        delivery: &Delivery,
        posting: Posting<'_>,
    ) -> Result<Posted, Fault> {
        posting.has_one_currency()?;
        let ability = on.backend.abilities().posting;
        let probe = || found(on, delivery, posting);
        let forgets = matches!(ability, Ability::Probe { .. });
        if forgets
            && !delivery.is_repeated()
            && let Some(posted) = probe().await?
        {
            return Ok(posted);
        }
        let call = || on.backend.post(delivery, posting);
        safely(delivery, ability, self.connected.clock(), call, probe).await
    }
}

impl Serving<'_> {
    fn key(&self, delivery: &Delivery, kind: DocumentKind, reference: &str) -> Key {
        Key {
            connector: self.name.clone(),
            tenant: delivery.context.caller.tenant.clone(),
            kind,
            reference: reference.to_owned(),
        }
    }
}

/// The document that shows the posting was made; refused when it holds something else.
async fn found(on: Serving<'_>, delivery: &Delivery, posting: Posting<'_>) -> Lookup<Posted> {
    let (kind, reference) = (posting.kind(), posting.reference());
    let Some(document) = on.backend.find(&delivery.context, kind, reference).await? else {
        return Ok(None);
    };
    if posting.is(&document) {
        return Ok(Some(document.posted));
    }
    let number = &document.posted.reference.value;
    let detail = format!(
        "{} {number} stands under {reference} with other content",
        kind.as_str()
    );
    Err(Fault::refused("reference_reused", detail))
}
