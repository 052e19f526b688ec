{%- set columns = ['stage', 'source_stage', 'stage_order', 'probability'] -%}

with changes as (

    select
        *,
        row_number() over (
            partition by deal_key, is_later
            order by entered_at desc, stage_order desc, stage
        ) as recency,
        row_number() over (
            partition by deal_key, is_later, is_closed
            order by entered_at desc, stage_order desc, stage
        ) as recency_among_alike,
        row_number() over (partition by deal_key order by entered_at, stage_order, stage desc) as entry_no
    from {{ ref('canonical_deal_stage_changes') }}

),

marked as (

    select
        *,
        not is_later and recency = 1 as is_last,
        -- What an open deal is in: its last open stage, else the first one that is known.
        not is_closed and ((not is_later and recency_among_alike = 1) or (is_later and entry_no = 1)) as is_last_open
    from changes

),

known_stages as (

    select
        deal_key,
        {%- for which in ['last', 'last_open'] %}
        {%- for column in columns %}
        max(case when is_{{ which }} then {{ column }} end) as {{ which }}_{{ column }},
        {%- endfor %}
        max(case when is_{{ which }} then 1 else 0 end) = 1 as has_{{ which }}_stage,
        {%- endfor %}
        max(case when is_last then entered_at end) as last_entered_at,
        max(case when is_last and is_closed then 1 else 0 end) = 1 as is_last_closed,
        max(case when is_last and is_won then 1 else 0 end) = 1 as is_last_won,
        max(case when is_later and not is_closed then 1 else 0 end) = 1 as is_opened_later
    from marked
    group by deal_key

)

select * from known_stages
