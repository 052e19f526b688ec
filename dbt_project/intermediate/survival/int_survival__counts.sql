with lives as (

    select * from {{ ref('int_survival__lives') }}

),

segment_names as (

    {{ customer_segment_names() }}

),

segment_lives as (

    select
        segment_names.segment_name,
        {{ customer_segment_value('lives', 'segment_names') }} as segment_value,
        lives.tenure_months,
        lives.is_churned
    from lives
    cross join segment_names

),

longest as (

    select
        segment_name,
        segment_value,
        max(tenure_months) as longest_tenure_months
    from segment_lives
    group by segment_name, segment_value

),

months as (

    select units.digit + 10 * tens.digit + 100 * hundreds.digit as tenure_months
    from ({{ digits() }}) as units
    cross join ({{ digits() }}) as tens
    cross join ({{ digits() }}) as hundreds

),

ends as (

    select
        longest.segment_name,
        longest.segment_value,
        cast(months.tenure_months as bigint) as tenure_months,
        count(segment_lives.is_churned) as lives,
        count(case when segment_lives.is_churned then 1 end) as churned
    from longest
    inner join months
        on longest.longest_tenure_months >= months.tenure_months
    left join segment_lives
        on longest.segment_name = segment_lives.segment_name
        and longest.segment_value = segment_lives.segment_value
        and months.tenure_months = segment_lives.tenure_months
    group by longest.segment_name, longest.segment_value, months.tenure_months

),

counts as (

    select
        segment_name,
        segment_value,
        tenure_months,
        cast(sum(lives) over (
            partition by segment_name, segment_value
            order by tenure_months desc
            rows between unbounded preceding and current row
        ) as bigint) as at_risk,
        cast(churned as bigint) as churned,
        cast(lives - churned as bigint) as censored
    from ends

)

select * from counts
