with outcomes as (

    select * from {{ ref('int_risk__outcomes') }}

),

overall as (

    select
        method,
        min(snapshot_date) as evaluated_from,
        max(snapshot_date) as evaluated_to,
        count(*) as customers,
        count(case when is_lost then 1 end) as lost,
        sum(case when is_lost then cast(middle_rank as decimal(24, 1)) end) as lost_ranks,
        sum(
            cast(
                (probability - case when is_lost then 1 else 0 end)
                * (probability - case when is_lost then 1 else 0 end) as decimal(24, 12)
            )
        ) as squared_errors
    from outcomes
    group by method

),

judged as (

    select
        method,
        evaluated_from,
        evaluated_to,
        (cast(lost_ranks as double) - cast(lost as double) * (lost + 1) / 2)
        / nullif(cast(lost as double) * (customers - lost), 0) as auc,
        cast(squared_errors as double) / customers as brier_score
    from overall

),

beside_base_rate as (

    select
        *,
        max(case when method = 'base_rate' then brier_score end) over () as brier_score_of_base_rate
    from judged

),

bins as (

    select
        method,
        tenth,
        min(probability) as probability_low,
        max(probability) as probability_high,
        count(*) as customers,
        cast(sum(cast(probability as decimal(24, 12))) as double) / count(*) as mean_predicted,
        count(case when is_lost then 1 end) as lost
    from outcomes
    group by method, tenth

),

backtest as (

    select
        bins.method,
        cast(
            row_number() over (partition by bins.method order by bins.tenth asc nulls last) as integer
        ) as bin_no,
        bins.probability_low,
        bins.probability_high,
        bins.customers,
        bins.mean_predicted,
        bins.lost,
        cast(bins.lost as double) / bins.customers as actual_rate,
        beside_base_rate.evaluated_from,
        beside_base_rate.evaluated_to,
        beside_base_rate.auc,
        beside_base_rate.brier_score,
        beside_base_rate.brier_score_of_base_rate
    from bins
    inner join beside_base_rate
        on bins.method = beside_base_rate.method
    order by bins.method, bins.tenth

)

select * from backtest
