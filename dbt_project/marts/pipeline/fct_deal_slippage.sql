with deals as (

    select * from {{ ref('canonical_deals') }}

),

changes as (

    select
        *,
        {{ dbt.datediff('previous_close_date', 'close_date', 'day') }} as days_moved,
        row_number() over (partition by deal_key order by date_no desc) as recency
    from {{ ref('int_pipeline__close_dates') }}

),

moved as (

    select
        deal_key,
        max(case when date_no = 1 then close_date end) as first_close_date,
        max(case when recency = 1 then close_date end) as current_close_date,
        count(case when days_moved > 0 then 1 end) as times_pushed,
        count(case when days_moved < 0 then 1 end) as times_pulled,
        coalesce(sum(case when days_moved > 0 then days_moved end), 0) as days_pushed,
        count(
            case when {{ dbt.date_trunc('month', 'close_date') }} > {{ dbt.date_trunc('month', 'previous_close_date') }} then 1 end
        ) as times_pushed_to_later_month,
        max(case when days_moved > 0 then changed_at end) as last_pushed_at
    from changes
    group by deal_key

),

slippage as (

    select
        deals.deal_key,
        deals.deal_id,
        deals.pipeline,
        deals.owner,
        deals.segment,
        deals.is_closed,
        deals.is_won,
        moved.first_close_date,
        moved.current_close_date,
        moved.times_pushed,
        moved.times_pulled,
        cast(moved.days_pushed as bigint) as days_pushed,
        cast({{ dbt.datediff('moved.first_close_date', 'moved.current_close_date', 'day') }} as bigint) as days_slipped,
        moved.times_pushed_to_later_month,
        moved.last_pushed_at
    from moved
    inner join deals on moved.deal_key = deals.deal_key
    order by deals.deal_key

)

select * from slippage
