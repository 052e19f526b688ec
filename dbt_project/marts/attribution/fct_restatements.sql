with published_figures as (

    select * from {{ ref('published_figures') }}

),

restatements as (

    select
        version,
        stood_since,
        figure,
        period_month,
        channel,
        nullif(model, '') as model,
        nullif(conversion_type, '') as conversion_type,
        value_before,
        value_after,
        cast(value_after - value_before as decimal(38, 9)) as change,
        reason
    from published_figures
    where value_before is not null
    order by version, figure, period_month, channel, model nulls first, conversion_type nulls first

)

select * from restatements
