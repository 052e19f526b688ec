-- Who has bought again so far, and what part of each month's revenue is of customers who had bought before.
select
    period_month,
    buyers,
    returning_buyers,
    repeat_rate,
    returning_revenue_share
from marts.fct_loyalty_monthly
where segment_name = 'all' and is_complete
order by period_month
