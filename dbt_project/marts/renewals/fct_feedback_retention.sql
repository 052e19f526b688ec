with answers as (

    select * from {{ ref('int_renewals__answers') }}

),

customers as (

    select customer_key, segment, first_plan as plan, acquisition_channel, country
    from {{ ref('dim_customers') }}

),

mrr_monthly as (

    select * from {{ ref('fct_mrr_monthly') }}

),

segment_names as (

    {{ customer_segment_names() }}

),

banded as (

    select *, score_band as band from answers
    union all
    select *, 'all' as band from answers

),

-- Who answered more than once counts once among customers and in revenue.
by_customer as (

    select
        period_month,
        survey_type,
        band,
        customer_key,
        count(*) as responses,
        sum(score) as scores,
        count(case when score_band = 'promoter' then 1 end) as promoters,
        count(case when score_band = 'detractor' then 1 end) as detractors,
        sum(followed) as followed,
        sum(retained) as retained
    from banded
    group by period_month, survey_type, band, customer_key

),

by_segment as (

    select
        by_customer.period_month,
        by_customer.survey_type,
        segment_names.segment_name,
        {{ customer_segment_value('customers', 'segment_names') }} as segment_value,
        by_customer.band as score_band,
        sum(by_customer.responses) as responses,
        count(by_customer.customer_key) as customers,
        sum(by_customer.scores) as scores,
        sum(by_customer.promoters) as promoters,
        sum(by_customer.detractors) as detractors,
        sum(by_customer.followed) as followed,
        sum(by_customer.retained) as retained,
        coalesce(sum(mrr_monthly.mrr_reporting), 0) as mrr_reporting
    from by_customer
    cross join segment_names
    left join customers
        on by_customer.customer_key = customers.customer_key
    left join mrr_monthly
        on by_customer.customer_key = mrr_monthly.customer_key
        and by_customer.period_month = mrr_monthly.period_month
    group by
        by_customer.period_month, by_customer.survey_type, segment_names.segment_name, segment_value, by_customer.band

),

feedback_retention as (

    select
        period_month,
        survey_type,
        segment_name,
        segment_value,
        score_band,
        cast(responses as bigint) as responses,
        cast(customers as bigint) as customers,
        cast(scores as double) / responses as mean_score,
        case
            when survey_type = 'nps' and score_band = 'all' then cast(promoters - detractors as double) / cast(responses as double)
        end as nps,
        cast(followed as bigint) as followed_responses,
        cast(retained as bigint) as retained_responses,
        cast(retained as double) / nullif(cast(followed as double), 0) as retained_90d,
        cast(mrr_reporting as decimal(24, 6)) as mrr_reporting
    from by_segment
    order by period_month, survey_type, segment_name, segment_value, score_band

)

select * from feedback_retention
