"""The tables of the world: what each is called, which columns it has, and of what type.

The shapes of contracts.md §1 come first, then what only vendors show, then what nobody shows.
"""

import pyarrow as pa

TEXT = pa.string()
MOMENT = pa.timestamp("us", tz="UTC")
DAY = pa.date32()
COUNT = pa.int64()
FLAG = pa.bool_()
MONEY = pa.decimal128(18, 2)
MICROS = pa.decimal128(18, 6)
RATE = pa.decimal128(14, 8)
SHARE = pa.decimal128(6, 4)
NUMBER = pa.float64()


def _schema(**columns: pa.DataType) -> pa.Schema:
    """A schema from column names and types, in the order given."""
    return pa.schema(list(columns.items()))


CUSTOMER_RECORDS: dict[str, pa.Schema] = {
    "contacts": _schema(
        contact_id=TEXT, created_at=MOMENT, email=TEXT, first_name=TEXT, last_name=TEXT, company_id=TEXT,
        lifecycle_stage=TEXT, lead_source=TEXT, self_reported_source=TEXT, owner=TEXT, country=TEXT,
        segment=TEXT, is_opted_out=FLAG, updated_at=MOMENT, person_no=COUNT,
    ),
    "companies": _schema(
        company_id=TEXT, name=TEXT, domain=TEXT, industry=TEXT, employee_count=COUNT, country=TEXT,
        segment=TEXT, created_at=MOMENT,
    ),
    "contact_merges": _schema(loser_id=TEXT, winner_id=TEXT, merged_at=MOMENT, unmerged_at=MOMENT),
    "identities": _schema(anonymous_id=TEXT, email=TEXT, seen_at=MOMENT),
    "lifecycle_history": _schema(contact_id=TEXT, stage=TEXT, entered_at=MOMENT),
    "deals": _schema(
        deal_id=TEXT, stage=TEXT, created_at=MOMENT, name=TEXT, pipeline=TEXT, amount=MONEY, currency=TEXT,
        closed_at=MOMENT, is_won=FLAG, contact_id=TEXT, company_id=TEXT, owner=TEXT, product=TEXT,
        deal_type=TEXT, lead_source=TEXT, segment=TEXT, close_date_expected=DAY, probability=SHARE,
        lost_reason=TEXT, competitor=TEXT, next_activity_at=MOMENT, last_activity_at=MOMENT,
        delivered_at=MOMENT, updated_at=MOMENT,
    ),
    "deal_contacts": _schema(deal_id=TEXT, contact_id=TEXT, role=TEXT, is_primary=FLAG),
    "deal_stage_history": _schema(deal_id=TEXT, stage=TEXT, entered_at=MOMENT),
    "deal_field_history": _schema(deal_id=TEXT, field=TEXT, value=TEXT, changed_at=MOMENT),
    "activities": _schema(
        activity_id=TEXT, occurred_at=MOMENT, type=TEXT, direction=TEXT, prospecting=TEXT, contact_id=TEXT,
        deal_id=TEXT, owner=TEXT, outcome=TEXT,
    ),
}  # fmt: skip

BEHAVIOUR: dict[str, pa.Schema] = {
    "touchpoints": _schema(
        touchpoint_id=TEXT, occurred_at=MOMENT, anonymous_id=TEXT, channel=TEXT, utm_source=TEXT,
        utm_medium=TEXT, utm_campaign=TEXT, utm_content=TEXT, utm_term=TEXT, click_id=TEXT, referrer=TEXT,
        landing_url=TEXT, touch_type=TEXT, is_retargeting=FLAG, content_type=TEXT, content_name=TEXT,
        user_agent=TEXT,
    ),
    "consents": _schema(
        email=TEXT, purpose=TEXT, status=TEXT, recorded_at=MOMENT, channel=TEXT, legal_basis=TEXT,
        jurisdiction=TEXT,
    ),
    "funnel_events": _schema(
        event_id=TEXT, occurred_at=MOMENT, event_name=TEXT, anonymous_id=TEXT, email=TEXT, contact_id=TEXT,
        segment=TEXT, value=MONEY, currency=TEXT,
    ),
    "ad_performance": _schema(
        platform=TEXT, date_day=DAY, campaign_id=TEXT, impressions=COUNT, clicks=COUNT, spend=MICROS,
        account_id=TEXT, campaign_name=TEXT, ad_group_id=TEXT, ad_id=TEXT, currency=TEXT,
        conversions=NUMBER, conversion_value=MONEY, utm_source=TEXT, utm_medium=TEXT, utm_campaign=TEXT,
        channel=TEXT, is_retargeting=FLAG,
    ),
    "costs": _schema(month=DAY, category=TEXT, amount=MONEY, channel=TEXT, currency=TEXT),
    "email_events": _schema(
        event_id=TEXT, campaign_id=TEXT, email=TEXT, event_type=TEXT, occurred_at=MOMENT,
        campaign_name=TEXT, campaign_kind=TEXT, url=TEXT, is_machine=FLAG,
    ),
    "orders": _schema(
        order_id=TEXT, customer_id=TEXT, ordered_at=MOMENT, amount=MONEY, currency=TEXT, company_id=TEXT,
        email=TEXT, product=TEXT, segment=TEXT, channel=TEXT,
    ),
    "subscription_periods": _schema(
        subscription_id=TEXT, customer_id=TEXT, started_at=MOMENT, monthly_amount=MONEY, ended_at=MOMENT,
        currency=TEXT, company_id=TEXT, email=TEXT, plan=TEXT, segment=TEXT, interval_months=COUNT,
        quantity=COUNT, discount_amount=MONEY, is_trial=FLAG, cancel_reason=TEXT, churn_type=TEXT,
    ),
    "feedback": _schema(
        response_id=TEXT, customer_id=TEXT, survey_type=TEXT, score=COUNT, responded_at=MOMENT,
    ),
}  # fmt: skip

VENDOR_RECORDS: dict[str, pa.Schema] = {
    "exchange_rates": _schema(rate_date=DAY, currency=TEXT, rate_to_reporting=RATE),
    "owners": _schema(owner_id=TEXT, email=TEXT, first_name=TEXT, last_name=TEXT),
    "ad_accounts": _schema(customer_id=TEXT, name=TEXT, currency=TEXT, time_zone=TEXT),
    "ad_campaigns": _schema(
        customer_id=TEXT, campaign_id=TEXT, name=TEXT, status=TEXT, channel_type=TEXT, starts_on=DAY,
        ends_on=DAY, tracking_url_template=TEXT, final_url_suffix=TEXT,
    ),
    "ad_groups": _schema(customer_id=TEXT, campaign_id=TEXT, ad_group_id=TEXT, name=TEXT, status=TEXT),
    "ads": _schema(
        customer_id=TEXT, campaign_id=TEXT, ad_group_id=TEXT, ad_id=TEXT, name=TEXT, status=TEXT,
        final_url=TEXT, tracking_url_template=TEXT, final_url_suffix=TEXT,
    ),
    "ad_clicks": _schema(
        click_id=TEXT, customer_id=TEXT, campaign_id=TEXT, ad_group_id=TEXT, ad_id=TEXT, date_day=DAY,
    ),
    "ad_conversion_arrivals": _schema(
        customer_id=TEXT, campaign_id=TEXT, ad_group_id=TEXT, ad_id=TEXT, date_day=DAY, arrived_on=DAY,
        conversions=NUMBER, conversion_value=MONEY,
    ),
    "email_lists": _schema(list_id=TEXT, name=TEXT, created_at=MOMENT),
    "email_members": _schema(
        list_id=TEXT, email=TEXT, status=TEXT, opted_in_at=MOMENT, last_changed_at=MOMENT, first_name=TEXT,
        last_name=TEXT,
    ),
    "email_campaigns": _schema(
        campaign_id=TEXT, list_id=TEXT, title=TEXT, subject=TEXT, sent_at=MOMENT, kind=TEXT,
    ),
    "archived_objects": _schema(object=TEXT, id=TEXT, archived_at=MOMENT),
    "crm_merges": _schema(loser_id=TEXT, winner_id=TEXT, merged_at=MOMENT),
}  # fmt: skip

LATENT_RECORDS: dict[str, pa.Schema] = {
    "people": _schema(
        person_no=COUNT, email=TEXT, is_identified=FLAG, company_id=TEXT, country=TEXT, segment=TEXT,
        is_fit=FLAG, first_name=TEXT, last_name=TEXT, language=TEXT, contact_id=TEXT, arrived_at=MOMENT,
    ),
    "deal_fates": _schema(deal_id=TEXT, fate=TEXT, last_moved_at=MOMENT),
    "deal_plans": _schema(deal_id=TEXT, planned_at=MOMENT, due_at=MOMENT),
    "lead_causes": _schema(person_no=COUNT, lead_at=MOMENT, channel=TEXT, lost_without=NUMBER),
}  # fmt: skip

SCHEMAS: dict[str, pa.Schema] = {**CUSTOMER_RECORDS, **BEHAVIOUR, **VENDOR_RECORDS, **LATENT_RECORDS}

LIFECYCLE_STAGES = ("lead", "mql", "sal", "sql", "opportunity", "customer")
DEAL_STAGES = (
    "appointment_scheduled", "qualified_to_buy", "presentation_scheduled", "decision_maker_bought_in",
    "contract_sent", "won", "lost",
)  # fmt: skip
STAGE_PROBABILITIES = ("0.2", "0.4", "0.6", "0.8", "0.9", "1", "0")
