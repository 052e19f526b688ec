with terms as (

    select * from {{ ref('int_value__terms') }}

),

-- Who left in a month that isn't over at as_of isn't counted yet: nor are those who will still leave in it.
lasted as (

    select
        customer_key,
        months_passed,
        case when is_churned and term <= months_passed then term end as lost_term
    from terms
    where fit_no = 0

),

later_stays as (

    select
        seen.term as seen_term,
        lasted.months_passed as last_term,
        lasted.lost_term,
        count(*) as customers
    from terms as seen
    inner join lasted
        on seen.customer_key = lasted.customer_key
        and seen.term <= lasted.months_passed
    where seen.fit_no = 1 and not seen.is_churned
    group by seen.term, lasted.months_passed, lasted.lost_term

)

select * from later_stays
