with deals as (

    select * from {{ ref('int_pipeline__deal_risks') }}

),

-- Each sentence stands alone: a salesperson reads it without this table.
told as (

    select
        *,
        case
            when is_long_in_stage
                then {{ dbt.concat([
                    "'In '", "stage", "' for '", whole_days('days_in_stage'), "'; 80 % of won deals leave it within '",
                    "cast(greatest(1, cast(floor(typical_days_in_stage) as bigint)) as " ~ dbt.type_string() ~ ")", "'.'"
                ]) }}
        end as stage_reason,
        case
            when is_overdue
                then {{ dbt.concat([
                    "'Expected to close '", whole_days('days_overdue'), "' ago'",
                    "case when has_next_activity then '.' else ', and no next activity is planned.' end"
                ]) }}
        end as date_reason,
        case
            when is_dark and outbound_since_reply > 0
                then {{ dbt.concat([
                    "cast(outbound_since_reply as " ~ dbt.type_string() ~ ")",
                    "case when outbound_since_reply = 1 then ' message' else ' messages' end",
                    "case when last_inbound_at is null then ' and no reply' else ' since the last reply' end",
                    "coalesce(" ~ dbt.concat([
                        "case when last_inbound_at is null then ' in ' else ', ' end", whole_days('days_of_silence'),
                        "case when last_inbound_at is null then '' else ' ago' end"
                    ]) ~ ", '')",
                    "'.'"
                ]) }}
            when is_dark then {{ dbt.concat(["'Nothing from them for '", whole_days('days_of_silence'), "'.'"]) }}
        end as silence_reason
    from deals

),

deals_at_risk as (

    select
        deal_key,
        deal_id,
        pipeline,
        stage,
        owner,
        segment,
        days_in_stage,
        typical_days_in_stage,
        days_since_activity,
        outbound_since_reply,
        last_inbound_at,
        close_date_expected,
        is_overdue,
        has_next_activity,
        is_forecast,
        is_stalled,
        is_dark,
        case when is_stalled then 'stalled' when is_dark then 'dark' when is_overdue then 'overdue' end as risk,
        nullif(trim({{ dbt.concat([
            "coalesce(" ~ dbt.concat(['stage_reason', "' '"]) ~ ", '')",
            "coalesce(" ~ dbt.concat(['date_reason', "' '"]) ~ ", '')",
            "coalesce(silence_reason, '')"
        ]) }}), '') as risk_reason,
        amount_reporting
    from told
    order by deal_key

)

select * from deals_at_risk
