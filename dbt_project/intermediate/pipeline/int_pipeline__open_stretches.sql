with stretches as (

    select * from {{ ref('int_pipeline__unchanged_stretches') }}

),

field_stretches as (

    select * from {{ ref('int_pipeline__field_stretches') }}

),

-- A deal without a history of a field has no row there: its is_last is NULL, and the current value holds at all dates,
-- as it does in the last stretch of a history. Only the stage of a closed deal can't: that deal was open then.
with_values as (

    select
        stretches.deal_key,
        stretches.from_day,
        stretches.to_day,
        stretches.is_closed as is_closed_now,
        stretches.closed_at,
        stretches.segment,
        stretches.deal_type,
        stretches.currency,
        stretches.probability as probability_now,
        stretches.probability_source as probability_source_now,
        stretches.deal_probability,
        stage.probability as stage_probability,
        stage.is_closed as is_closed_stage,
        case when not stage.is_last or stretches.is_closed then stage.value else stretches.stage end as stage,
        coalesce(stage.is_last, true) and not stretches.is_closed as has_stage_of_now,
        case
            when not amount.is_last then {{ dbt.safe_cast('amount.value', 'decimal(24, 6)') }}
            else stretches.amount
        end as amount,
        case when not owner.is_last then owner.value else stretches.owner end as owner,
        case when not pipeline.is_last then pipeline.value else stretches.pipeline end as pipeline
    from stretches
    {%- for field in ['stage', 'amount', 'owner', 'pipeline'] %}
    left join field_stretches as {{ field }}
        on stretches.deal_key = {{ field }}.deal_key
        and {{ field }}.field = '{{ field }}'
        and stretches.from_day >= {{ field }}.from_day
        and stretches.from_day < {{ field }}.to_day
    {%- endfor %}

),

open_stretches as (

    select
        deal_key,
        from_day,
        to_day,
        coalesce(pipeline, 'unknown') as pipeline,
        coalesce(stage, 'unknown') as stage,
        coalesce(owner, 'unknown') as owner,
        coalesce(segment, 'unknown') as segment,
        coalesce(deal_type, 'unknown') as deal_type,
        currency,
        amount,
        case
            when has_stage_of_now then probability_now
            when stage_probability is not null then stage_probability
            when not is_closed_now then deal_probability
        end as probability,
        case
            when has_stage_of_now then probability_source_now
            when stage_probability is not null then 'stage_map'
            when not is_closed_now and deal_probability is not null then 'deal'
            else 'unknown'
        end as probability_source
    from with_values
    where
        has_stage_of_now
        or not is_closed_stage
        or (is_closed_stage is null and closed_at is not null)

)

select * from open_stretches
