-- How the open pipeline went from one month to the next.
select
    period_month,
    movement,
    sum(deals)::bigint as deals,
    cast(sum(amount_reporting) as double) as amount_reporting
from marts.fct_pipeline_movements
group by period_month, movement
order by
    period_month,
    array_position(
        ['opening', 'created', 'reopened', 'transferred_in', 'increased', 'decreased', 'transferred_out',
         'won', 'lost', 'deleted', 'fx', 'closing'],
        movement
    )
