with outcomes as (

    select * from {{ ref('int_funnel__lead_score_outcomes') }}

),

overall as (

    select
        score_name,
        min(snapshot_date) as evaluated_from,
        max(snapshot_date) as evaluated_to,
        count(*) as leads,
        count(case when is_opportunity then 1 end) as opportunities,
        sum(case when is_opportunity then cast(middle_rank as decimal(24, 1)) end) as opportunity_ranks,
        sum(
            cast(
                (probability - case when is_opportunity then 1 else 0 end)
                * (probability - case when is_opportunity then 1 else 0 end) as decimal(24, 12)
            )
        ) as squared_errors
    from outcomes
    group by score_name

),

judged as (

    select
        score_name,
        evaluated_from,
        evaluated_to,
        (cast(opportunity_ranks as double) - cast(opportunities as double) * (opportunities + 1) / 2)
        / nullif(cast(opportunities as double) * (leads - opportunities), 0) as auc,
        cast(squared_errors as double) / leads as brier_score
    from overall

),

bins as (

    select
        score_name,
        tenth,
        min(score) as score_low,
        max(score) as score_high,
        count(*) as leads,
        cast(sum(cast(probability as decimal(24, 12))) as double) / count(*) as mean_predicted,
        count(case when is_opportunity then 1 end) as opportunities
    from outcomes
    group by score_name, tenth

),

calibration as (

    select
        bins.score_name,
        cast(
            row_number() over (partition by bins.score_name order by bins.tenth asc nulls last) as integer
        ) as bin_no,
        bins.score_low,
        bins.score_high,
        bins.leads,
        bins.mean_predicted,
        bins.opportunities,
        cast(bins.opportunities as double) / bins.leads as actual_rate,
        judged.evaluated_from,
        judged.evaluated_to,
        judged.auc,
        judged.brier_score
    from bins
    inner join judged
        on bins.score_name = judged.score_name
    order by bins.score_name, bins.tenth

)

select * from calibration
