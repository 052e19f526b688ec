with survival as (

    select * from {{ ref('fct_churn_survival') }}

),

restricted_means as (

    select * from {{ ref('int_survival__restricted_means') }}

),

numbers as (

    select distinct
        name_no,
        checksum
    from {{ ref('int_survival__log_rank_numbers') }}

),

tests as (

    select * from {{ ref('stg_estimates__log_rank_tests') }}

),

segment_names as (

    {{ customer_segment_names() }}

),

-- Numbers are those of one build: the test of other curves isn't these curves'.
tested as (

    select
        segment_names.segment_name,
        tests.*
    from segment_names
    inner join numbers
        on segment_names.segment_no = numbers.name_no
    inner join tests
        on numbers.name_no = tests.name_no
        and numbers.checksum = tests.checksum

),

curves as (

    select
        segment_name,
        segment_value,
        max(at_risk) as customers,
        cast(sum(churned) as bigint) as churned,
        min(median_tenure_months) as median_tenure_months
    from survival
    group by segment_name, segment_value

),

summary as (

    select
        curves.segment_name,
        curves.segment_value,
        curves.customers,
        curves.churned,
        curves.median_tenure_months,
        cast(restricted_means.restricted_mean_months as double) as restricted_mean_months,
        cast(restricted_means.restricted_mean_low as double) as restricted_mean_low,
        cast(restricted_means.restricted_mean_high as double) as restricted_mean_high,
        restricted_means.horizon_months,
        tested.chi_square as log_rank_chi_square,
        case when tested.refusal = 0 then tested.degrees_of_freedom end as degrees_of_freedom,
        tested.p_value,
        case tested.refusal
            when 1 then 'one value only'
            when 2 then 'nobody left beside customers of another value'
        end as refusal
    from curves
    inner join restricted_means
        on curves.segment_name = restricted_means.segment_name
        and curves.segment_value = restricted_means.segment_value
    left join tested
        on curves.segment_name = tested.segment_name

)

select * from summary
