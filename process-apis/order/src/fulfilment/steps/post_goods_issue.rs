//! Takes the shipped goods out of the ERP's stock, at cost.

use crate::fulfilment::state::Fulfilling;
use crate::records;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_erp_contract::{ErpClient, GoodsIssue, GoodsLine};

pub(crate) struct PostGoodsIssue(ErpClient);

impl PostGoodsIssue {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Fulfilling> for PostGoodsIssue {
    const NAME: &'static str = "post-goods-issue";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<ExternalRef, Fault> {
        let issue = GoodsIssue {
            reference: state.reference(),
            order: state.order_id.to_string(),
            location: state.location.clone(),
            lines: goods(state),
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&state.pins.erp_stock);
        erp.post_goods_issue(delivery, &issue)
            .await
            .map(|posted| posted.reference)
    }

    fn record(state: &mut Fulfilling, posted: ExternalRef) {
        state.goods_issue = Some(posted);
    }

    fn changes(state: &Fulfilling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        records::posted(
            moment,
            state.order_id,
            "goods-issue",
            state.goods_issue.as_ref(),
        )
    }
}

fn goods(state: &Fulfilling) -> Vec<GoodsLine> {
    let lines = state.packed.by_line().into_iter();
    let goods = lines.filter_map(|packed| {
        Some(GoodsLine {
            line: packed.line.clone(),
            sku: packed.sku.clone(),
            quantity: packed.quantity()?,
        })
    });
    goods.collect()
}
