with standing as (

    select * from {{ ref('int_pipeline__deal_moments') }}

),

deals as (

    select * from {{ ref('canonical_deal_lives') }}

),

stays as (

    select * from {{ ref('canonical_deal_stage_intervals') }}

),

described as (

    select
        standing.deal_key,
        standing.moment as valid_from,
        coalesce(stays.stage, 'unknown') as stage,
        not coalesce(stays.is_closed, false) as is_open,
        coalesce(stays.is_won, false) as is_won,
        stays.probability,
        standing.pipeline,
        standing.owner,
        {{ dbt.safe_cast('standing.amount', 'decimal(24, 6)') }} as amount,
        {{ dbt.safe_cast('standing.close_date_expected', 'date') }} as close_date_expected,
        deals.deleted_at
    from standing
    inner join deals on standing.deal_key = deals.deal_key
    left join stays
        on standing.deal_key = stays.deal_key
        and {{ dbt.safe_cast('standing.stage', 'bigint') }} = stays.entry_no
    where deals.deleted_at is null or standing.moment < deals.deleted_at

),

compared as (

    select
        *,
        lag(deal_key) over (partition by deal_key order by valid_from) is null
        {%- for column in ['stage', 'is_open', 'pipeline', 'owner', 'amount', 'close_date_expected'] %}
        or lag({{ column }}) over (partition by deal_key order by valid_from) is distinct from {{ column }}
        {%- endfor %} as is_changed
    from described

),

states as (

    select
        deal_key,
        row_number() over (partition by deal_key order by valid_from) as state_no,
        valid_from,
        coalesce(lead(valid_from) over (partition by deal_key order by valid_from), deleted_at) as valid_to,
        stage,
        is_open,
        is_won,
        probability,
        pipeline,
        owner,
        amount,
        close_date_expected
    from compared
    where is_changed

)

select * from states
