with signal_values as (

    select distinct
        signal,
        is_category,
        signal_text,
        signal_number
    from {{ ref('int_funnel__lead_signals') }}

),

points as (

    select
        signal,
        match,
        cast(points as decimal(18, 6)) as points,
        case
            when match like '%..%' then {{ dbt.safe_cast(dbt.split_part('match', "'..'", 1), 'double') }}
            when match like '>=%' then {{ dbt.safe_cast('substring(match, 3)', 'double') }}
            when match not like '<=%' then {{ dbt.safe_cast('match', 'double') }}
        end as least,
        case
            when match like '%..%' then {{ dbt.safe_cast(dbt.split_part('match', "'..'", 2), 'double') }}
            when match like '<=%' then {{ dbt.safe_cast('substring(match, 3)', 'double') }}
            when match not like '>=%' then {{ dbt.safe_cast('match', 'double') }}
        end as most
    from {{ ref('lead_score_points') }}

),

signal_points as (

    select
        signal_values.signal,
        signal_values.signal_text,
        sum(points.points) as points
    from signal_values
    inner join points
        on signal_values.signal = points.signal
        and case
            when signal_values.is_category
                then {{ regex_matches('signal_values.signal_text', dbt.concat(["'(?i)^(?:'", 'points.match', "')$'"])) }}
            else
                coalesce(points.least, points.most) is not null
                and signal_values.signal_number >= coalesce(points.least, signal_values.signal_number)
                and signal_values.signal_number <= coalesce(points.most, signal_values.signal_number)
        end
    group by signal_values.signal, signal_values.signal_text

)

select * from signal_points
