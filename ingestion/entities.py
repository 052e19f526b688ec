"""The entities that files may carry, one folder each, with the columns of the contract."""

from ingestion.table import Table

# `*` marks a required column; a type other than text is written after a colon, or follows from the name.
CONTRACT = {
    "contacts": """
        contact_id* created_at* email first_name last_name company_id lifecycle_stage lead_source
        self_reported_source owner country segment is_opted_out updated_at
    """,
    "companies": """
        company_id* name* domain industry employee_count:bigint country segment created_at
    """,
    "contact_merges": """
        loser_id* winner_id* merged_at* unmerged_at
    """,
    "identities": """
        anonymous_id* contact_id email seen_at*
    """,
    "lifecycle_history": """
        contact_id* stage* entered_at*
    """,
    "deals": """
        deal_id* stage* created_at name pipeline amount:decimal currency closed_at is_won contact_id
        company_id owner product deal_type lead_source segment close_date_expected:date
        probability:decimal lost_reason competitor next_activity_at last_activity_at delivered_at
        updated_at
    """,
    "deal_contacts": """
        deal_id* contact_id* role is_primary
    """,
    "deal_stage_history": """
        deal_id* stage* entered_at*
    """,
    "deal_field_history": """
        deal_id* field* value changed_at*
    """,
    "activities": """
        activity_id* occurred_at* type* direction prospecting contact_id deal_id owner outcome
    """,
    "touchpoints": """
        touchpoint_id* occurred_at* contact_id email anonymous_id channel utm_source utm_medium
        utm_campaign utm_content utm_term click_id referrer landing_url touch_type is_retargeting
        content_type content_name user_agent
    """,
    "conversions": """
        conversion_id* conversion_type* converted_at* contact_id email anonymous_id click_id
        value:decimal currency
    """,
    "ad_performance": """
        platform* date_day*:date campaign_id* impressions*:bigint clicks*:bigint spend*:decimal
        account_id campaign_name ad_group_id ad_id currency conversions:double conversion_value:decimal
        modelled_conversions:double utm_source utm_medium utm_campaign channel is_retargeting
    """,
    "costs": """
        month*:date category* amount*:decimal channel currency
    """,
    "email_events": """
        event_id* campaign_id* email* event_type* occurred_at* campaign_name campaign_kind url
        is_machine
    """,
    "orders": """
        order_id* customer_id* ordered_at* amount*:decimal currency contact_id company_id email product
        segment channel
    """,
    "subscription_periods": """
        subscription_id* customer_id* started_at* monthly_amount*:decimal ended_at currency contact_id
        company_id email plan segment interval_months:bigint quantity:bigint discount_amount:decimal
        is_trial cancel_reason churn_type
    """,
    "consents": """
        email* purpose* status* recorded_at* channel legal_basis jurisdiction
    """,
    "funnel_events": """
        event_id* occurred_at* event_name* contact_id email anonymous_id segment value:decimal currency
    """,
    "feedback": """
        response_id* customer_id* survey_type* score*:decimal responded_at*
    """,
}
ONE_OF = {
    "identities": ("contact_id", "email"),
    "touchpoints": ("contact_id", "email", "anonymous_id"),
    "conversions": ("contact_id", "email", "anonymous_id", "click_id"),
    "funnel_events": ("contact_id", "email", "anonymous_id"),
}
FILE_COLUMNS = {"_source_file": "text", "_source_row": "bigint", "_loaded_at": "timestamp"}


def _entity(name: str, columns: str) -> Table:
    kinds: dict[str, str] = {}
    required: list[str] = []
    for column in columns.split():
        named, _, kind = column.partition(":")
        if named.endswith("*"):
            required.append(named.removesuffix("*"))
        kinds[named.removesuffix("*")] = kind or _kind_by_name(named.removesuffix("*"))
    return Table(
        name,
        {**kinds, **FILE_COLUMNS},
        key=(),
        required=tuple(required),
        one_of=ONE_OF.get(name, ()),
        replaces=("_source_file",),
        description=f"One row per row of a file in the folder {name}.",
    )


def _kind_by_name(column: str) -> str:
    if column.endswith("_at"):
        return "timestamp"
    return "bool" if column.startswith("is_") else "text"


ENTITIES = {name: _entity(name, columns) for name, columns in CONTRACT.items()}
