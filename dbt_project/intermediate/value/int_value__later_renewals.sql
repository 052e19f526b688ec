with later_stays as (

    select * from {{ ref('int_value__later_stays') }}

),

term_counts as (

    select * from {{ ref('int_value__term_counts') }}
    where fit_no = 1

),

-- Naive is who thinks that everybody renews as often as all did before.
before as (

    select 1 - cast(sum(churned) as double) / nullif(sum(term * (churned + censored)), 0) as renewal_rate
    from term_counts

),

survival as (

    select
        term_counts.term,
        projections.survival,
        lag(projections.survival, 1, cast(1 as double)) over (order by term_counts.term asc nulls last) as survival_before
    from term_counts
    left join {{ ref('stg_estimates__term_projections') }} as projections
        on term_counts.fit_no = projections.fit_no
        and term_counts.term = projections.term
        and term_counts.checksum = projections.checksum

),

renewals as (

    select
        'renewals' as measure,
        survival.term,
        later_stays.customers,
        later_stays.customers * survival.survival / nullif(survival.survival_before, 0) as predicted,
        case when later_stays.lost_term = survival.term then 0 else later_stays.customers end as actual,
        later_stays.customers * before.renewal_rate as naive
    from later_stays
    inner join survival
        on survival.term between later_stays.seen_term and coalesce(later_stays.lost_term, later_stays.last_term)
    cross join before

),

survivors as (

    select
        'survivors' as measure,
        later_stays.seen_term as term,
        later_stays.customers,
        later_stays.customers * last_due.survival / nullif(first_due.survival_before, 0) as predicted,
        case when later_stays.lost_term is null then later_stays.customers else 0 end as actual,
        later_stays.customers * power(before.renewal_rate, later_stays.last_term - later_stays.seen_term + 1) as naive
    from later_stays
    inner join survival as first_due
        on later_stays.seen_term = first_due.term
    inner join survival as last_due
        on later_stays.last_term = last_due.term
    cross join before

),

later_renewals as (

    select * from renewals
    union all
    select * from survivors

)

select * from later_renewals
