//! Puts the returned goods back into the ERP's stock, at cost.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_return_contract::Disposition;
use sys_erp_contract::{CustomerReturn, Disposition as ErpDisposition, ErpClient, ReturnLine};

pub(crate) struct PostGoodsReceipt(ErpClient);

impl PostGoodsReceipt {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Returning> for PostGoodsReceipt {
    const NAME: &'static str = "post-goods-receipt";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let lines = state.returned.units.iter().map(|unit| ReturnLine {
            line: unit.units.line().clone(),
            sku: unit.sku.clone(),
            quantity: unit.quantity,
            disposition: match unit.disposition {
                Disposition::Restock => ErpDisposition::Restock,
                Disposition::Refurbish => ErpDisposition::Refurbish,
                Disposition::Scrap => ErpDisposition::Scrap,
            },
        });
        let goods = CustomerReturn {
            reference: state.reference(),
            order: state.order(),
            location: state.returned.location.clone(),
            lines: lines.collect(),
            journal: None,
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&state.returned.pins.erp_stock);
        erp.post_customer_return(delivery, &goods)
            .await
            .map(|posted| posted.reference)
    }

    fn record(state: &mut Returning, posted: ExternalRef) {
        state.goods_receipt = Some(posted);
    }

    fn changes(state: &Returning, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        records::posted(
            moment,
            &state.returned,
            "goods-receipt",
            state.goods_receipt.as_ref(),
        )
    }
}
