//! One document for one reference, over ERPs that would book as often as they are asked.

use crate::in_flight::{InFlight, Key};
use crate::port::{ErpBackend, Posting, capability};
use axum::extract::{FromRef, FromRequestParts};
use crossdock_model::{ConnectorName, Delivery, Fault};
use crossdock_outbound::{Ability, Lookup};
use crossdock_problem::{Json, Problem};
use crossdock_system::{BackendWrite, ConnectedBackends};
use http::request::Parts;
use std::sync::Arc;
use sys_erp_contract::{
    CancelSalesOrder, CreditMemo, CustomerReturn, Document, DocumentKind, DocumentStatus, FINANCE,
    Posted, STOCK,
};

/// What the handlers share: the connected ERPs, with the references that are being posted to them.
#[derive(Debug, Clone)]
pub(crate) struct ErpState {
    pub(crate) backends: Arc<ConnectedBackends<dyn ErpBackend>>,
    pub(crate) in_flight: Arc<InFlight>,
}

impl FromRef<ErpState> for Arc<ConnectedBackends<dyn ErpBackend>> {
    fn from_ref(state: &ErpState) -> Self {
        Self::clone(&state.backends)
    }
}

/// A write to the books, delivered once or again.
#[derive(Debug)]
pub(crate) struct PostingRequest {
    write: BackendWrite<dyn ErpBackend>,
    in_flight: Arc<InFlight>,
}

impl FromRequestParts<ErpState> for PostingRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ErpState) -> Result<Self, Problem> {
        Ok(Self {
            write: BackendWrite::from_request_parts(parts, state).await?,
            in_flight: Arc::clone(&state.in_flight),
        })
    }
}

/// The ERP that a write goes to.
#[derive(Debug, Clone, Copy)]
struct SelectedErp<'a> {
    name: &'a ConnectorName,
    backend: &'a dyn ErpBackend,
}

impl PostingRequest {
    /// Posts unless it was posted before; either way answers the one document.
    pub(crate) async fn post_once(&self, posting: Posting<'_>) -> Result<Json<Posted>, Problem> {
        let erp = self.erp(posting.kind().capability())?;
        let key = self.key(erp, posting.kind(), posting.reference());
        let _lock = self.in_flight.lock(key).await;
        self.look_then_post(erp, posting).await
    }

    /// Takes goods back once, and books their credit once, wherever one of the two stands already.
    pub(crate) async fn return_once(
        &self,
        goods: &CustomerReturn,
    ) -> Result<Json<Posted>, Problem> {
        let Some(journal) = &goods.journal else {
            return self.post_once(Posting::CustomerReturn(goods)).await;
        };
        let erp = self.erp(STOCK)?;
        let memo = CreditMemo {
            reference: goods.reference.clone(),
            order: goods.order.clone(),
            journal: journal.clone(),
            posting_date: goods.posting_date,
            origin_date: goods.origin_date,
        };
        // Always goods before credit, so that two attempts never wait for one another.
        let key = |kind| self.key(erp, kind, &goods.reference);
        let _goods = self.in_flight.lock(key(DocumentKind::GoodsReceipt)).await;
        let _credit = self.in_flight.lock(key(DocumentKind::CreditMemo)).await;
        let credit = Posting::CreditMemo(&memo);
        if let Some(credited) = find_posted(erp, self.write.delivery(), credit).await? {
            // The credit was posted by itself: only the goods may be missing.
            let alone = CustomerReturn {
                journal: None,
                ..goods.clone()
            };
            self.look_then_post(erp, Posting::CustomerReturn(&alone))
                .await?;
            return Ok(Json(credited));
        }
        // Both in one transaction, unless the goods came back before by themselves.
        let booked = self
            .look_then_post(erp, Posting::CustomerReturn(goods))
            .await?;
        if booked.0.reference.kind == DocumentKind::CreditMemo.as_str() {
            return Ok(booked);
        }
        self.look_then_post(erp, credit).await
    }

    /// Cancels a sales order that was posted; a second time it stays cancelled.
    pub(crate) async fn cancel_once(
        &self,
        cancel: &CancelSalesOrder,
    ) -> Result<Json<Posted>, Problem> {
        let (erp, delivery) = (self.erp(FINANCE)?, self.write.delivery());
        let (kind, reference) = (DocumentKind::SalesOrder, cancel.reference.as_str());
        let _lock = self.in_flight.lock(self.key(erp, kind, reference)).await;
        let find = || erp.backend.find(&delivery.context, kind, reference);
        let cancelled = |order: &Document| order.status == DocumentStatus::Cancelled;
        let Some(order) = find().await? else {
            let detail = format!("no sales order stands under {reference}: post it first");
            return Err(Fault::refused("not_found", detail).into());
        };
        if cancelled(&order) {
            return Ok(Json(order.posted));
        }
        let call = async || {
            let number = &order.posted.reference.value;
            erp.backend.cancel(delivery, number, &cancel.reason).await?;
            Ok(order.posted.clone())
        };
        let probe = async || Ok(find().await?.filter(cancelled).map(|order| order.posted));
        let ability = erp.backend.abilities().cancelling;
        self.write.once(ability, call, probe).await
    }

    /// The pinned ERP, or the one that is routed for that part of the domain.
    fn erp(&self, part: &str) -> Result<SelectedErp<'_>, Problem> {
        let (name, backend) = self.write.backend_for(&capability(part))?;
        Ok(SelectedErp { name, backend })
    }

    fn key(&self, erp: SelectedErp<'_>, kind: DocumentKind, reference: &str) -> Key {
        Key {
            connector: erp.name.clone(),
            tenant: self.write.tenant().clone(),
            kind,
            reference: reference.to_owned(),
        }
    }

    /// Looks on a first attempt too: a caller may ask twice without knowing it.
    async fn look_then_post(
        &self,
        erp: SelectedErp<'_>,
        posting: Posting<'_>,
    ) -> Result<Json<Posted>, Problem> {
        posting.has_one_currency()?;
        let delivery = self.write.delivery();
        let ability = erp.backend.abilities().posting;
        let probe = || find_posted(erp, delivery, posting);
        let forgets = matches!(ability, Ability::Probe { .. });
        if forgets
            && !delivery.is_repeated()
            && let Some(posted) = probe().await?
        {
            return Ok(Json(posted));
        }
        let call = || erp.backend.post(delivery, posting);
        self.write.once(ability, call, probe).await
    }
}

/// The document that shows the posting was made; refused when it holds something else.
async fn find_posted(
    erp: SelectedErp<'_>,
    delivery: &Delivery,
    posting: Posting<'_>,
) -> Lookup<Posted> {
    let (kind, reference) = (posting.kind(), posting.reference());
    let found = erp.backend.find(&delivery.context, kind, reference).await?;
    let Some(document) = found else {
        return Ok(None);
    };
    if posting.matches(&document) {
        return Ok(Some(document.posted));
    }
    let number = &document.posted.reference.value;
    let detail = format!(
        "{} {number} stands under {reference} with other content",
        kind.as_str()
    );
    Err(Fault::refused("reference_reused", detail))
}
