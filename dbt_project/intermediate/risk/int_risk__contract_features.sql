with snapshot_periods as (

    select * from {{ ref('int_risk__snapshot_periods') }}

),

summed as (

    select
        customer_key,
        snapshot_date,
        sum(case when runs then mrr_reporting else 0 end) as mrr_reporting,
        sum(case when ran_before then mrr_reporting else 0 end) as earlier_mrr_reporting,
        count(distinct case when runs then {{ dbt.concat(['source_system', "'|'", 'subscription_id']) }} end) as subscriptions
    from snapshot_periods
    group by customer_key, snapshot_date

),

by_size as (

    select
        *,
        row_number() over (
            partition by customer_key, snapshot_date
            order by
                mrr_reporting desc nulls last, subscription_id asc nulls last, started_at asc nulls last,
                source_system asc nulls last
        ) as size_rank,
        greatest({{ completed_months('first_started_day', 'snapshot_day') }}, 0) as completed_months
    from snapshot_periods
    where runs

),

-- The term that began last ends after the day: who renews that day has a whole one before them.
largest as (

    select
        *,
        cast((floor(cast(completed_months as double) / term_months) + 1) * term_months as integer) as months_to_term_end
    from by_size
    where size_rank = 1

),

contract_features as (

    select
        summed.customer_key,
        summed.snapshot_date,
        coalesce(largest.plan, 'unknown') as plan,
        coalesce(largest.segment, 'unknown') as segment,
        cast(summed.mrr_reporting as decimal(24, 6)) as mrr_reporting,
        case
            when summed.earlier_mrr_reporting > 0
                then greatest(round(cast(summed.mrr_reporting as double) / cast(summed.earlier_mrr_reporting as double), 2), 0.0)
        end as mrr_ratio_90d,
        summed.subscriptions,
        cast(largest.term_months as bigint) as term_months,
        cast({{ dbt.datediff(
            'largest.snapshot_day', dbt.dateadd('month', 'largest.months_to_term_end', 'largest.first_started_day'), 'day'
        ) }} as bigint) as days_to_term_end
    from summed
    inner join largest
        on summed.customer_key = largest.customer_key
        and summed.snapshot_date = largest.snapshot_date

)

select * from contract_features
