{%- set expected_hours = 24 -%}

with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

lead_stages as (

    select * from {{ ref('int_funnel__lead_stages') }}

),

-- Where no source tells of activities, that a lead saw none says nothing.
activities as (

    select count(*) as known
    from {{ ref('fct_activities') }}

),

leads as (

    select
        lead_stages.*,
        activities.known > 0 as has_activities,
        {{ fractional_days('lead_stages.entered_at', 'as_of.as_of') }} as days_in_stage,
        {{ fractional_days('lead_stages.entered_at', 'lead_stages.first_response_at') }} * 24 as response_hours,
        cast(cast(lead_stages.entered_at as date) as {{ dbt.type_string() }}) as entered_on
    from lead_stages
    cross join as_of
    cross join activities

),

risks as (

    select
        leads.*,
        'untouched' as risk,
        {{ dbt.concat([
            "'Nobody has called or written since '", "entered_on", "', when the person became '", "stage", "': '",
            "cast(cast(floor(days_in_stage) as bigint) as " ~ dbt.type_string() ~ ")", "' days'"
        ]) }} as risk_reason
    from leads
    where has_activities and first_response_at is null and days_in_stage > {{ var('lead_response_days') }}
    union all
    select
        leads.*,
        'slowly_answered' as risk,
        {{ dbt.concat([
            "'First called or written to '", "cast(cast(floor(response_hours) as bigint) as " ~ dbt.type_string() ~ ")",
            "' hours after becoming '", "stage", "' on '", "entered_on", "': " ~ expected_hours ~ " hours are expected'"
        ]) }} as risk_reason
    from leads
    where has_activities and response_hours > {{ expected_hours }}
    union all
    select
        leads.*,
        'recycled' as risk,
        {{ dbt.concat([
            "'Was '", "furthest_stage", "' before and went back to '", "stage", "' on '", "entered_on"
        ]) }} as risk_reason
    from leads
    where stage_order < furthest_stage_order

),

leads_at_risk as (

    select
        person_key,
        contact_id,
        risk,
        risk_reason,
        stage,
        entered_at,
        days_in_stage,
        owner,
        segment,
        lead_source,
        first_response_at
    from risks
    order by person_key, risk

)

select * from leads_at_risk
