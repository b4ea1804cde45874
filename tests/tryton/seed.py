#!/usr/bin/python3
"""Fills an empty Tryton database with the fixture of tests and demo: a US distributor with five
warehouses, twenty products, four retailers as customers, opening stock and a technical user.

Usage: seed.py DATABASE_URI     (TRYTOND_CONFIG names the server's configuration,
CROSSDOCK_TRYTON_PASSWORD is the technical user's password)
"""
import datetime
import os
import sys
from decimal import Decimal

from proteus import Model, Wizard, config

session = config.set_trytond(sys.argv[1], user='admin', config_file=os.environ['TRYTOND_CONFIG'])

WAREHOUSES = ('EWR', 'ATL', 'DFW', 'PHX', 'YYZ')
OPENING_STOCK = dict(zip(WAREHOUSES, (500, 400, 300, 200, 100)))
SCARCE_STOCK = dict(zip(WAREHOUSES, (400, 300, 200, 0, 0)))  # of SKU-020
CUSTOMERS = (
    ('CUST-NORTH', 'Northern Retail', '100 Lake Street', '60601', 'Chicago', 'US-IL'),
    ('CUST-SOUTH', 'Southern Retail', '200 River Road', '37201', 'Nashville', 'US-TN'),
    ('CUST-EAST', 'Eastern Retail', '300 Harbor Way', '02108', 'Boston', 'US-MA'),
    ('CUST-WEST', 'Western Retail', '400 Sound Avenue', '98101', 'Seattle', 'US-WA'),
)
GROUPS = ('Sales', 'Sales Administrator', 'Stock', 'Account', 'Product Administration',
          'Party Administration', 'Account Party Administration')


def model(name):
    return Model.get(name)


def first(name, *domain):
    return model(name).find(list(domain), limit=1)[0]


def saved(model_name, /, **values):
    record = model(model_name)(**values)
    record.save()
    return record


def by_xml_id(module, fs_id, name):
    data = first('ir.model.data', ('module', '=', module), ('fs_id', '=', fs_id))
    return model(name)(data.db_id)


def make_company():
    for step in model('ir.module.config_wizard.item').find([('state', '=', 'open')]):
        step.state = 'done'
        step.save()
    dollar = saved('currency.currency', name='US Dollar', symbol='$', code='USD',
                   rounding=Decimal('0.01'), digits=2)
    saved('currency.currency.rate', currency=dollar, rate=Decimal(1), date=datetime.date(2020, 1, 1))
    owner = saved('party.party', name='Example Distribution Company')
    wizard = Wizard('company.company.config')
    wizard.execute('company')
    wizard.form.party = owner
    wizard.form.currency = dollar
    wizard.execute('add')
    session._context = model('res.user').get_preferences(True, {})
    return model('company.company').find()[0]


def make_accounting(company):
    chart = Wizard('account.create_chart')
    chart.execute('account')
    chart.form.account_template = by_xml_id('account', 'account_template_root_en',
                                            'account.account.template')
    chart.form.company = company
    chart.execute('create_account')

    def account(kind):
        return first('account.account', ('type.' + kind, '=', True), ('company', '=', company.id))

    chart.form.account_receivable = account('receivable')
    chart.form.account_payable = account('payable')
    chart.execute('create_properties')
    move_type = first('ir.sequence.type', ('name', '=', 'Account Move'))
    invoice_type = first('ir.sequence.type', ('name', '=', 'Invoice'))
    this_year = datetime.date.today().year
    for year in (this_year - 1, this_year, this_year + 1):
        fiscal_year = model('account.fiscalyear')(
            name=str(year), company=company, start_date=datetime.date(year, 1, 1),
            end_date=datetime.date(year, 12, 31))
        fiscal_year.post_move_sequence = saved('ir.sequence', name='Moves %d' % year,
                                               sequence_type=move_type, company=company)
        numbers = saved('ir.sequence.strict', name='Invoices %d' % year, sequence_type=invoice_type,
                        company=company, prefix='INV-%d-' % year, padding=5)
        for sequences in fiscal_year.invoice_sequences:
            sequences.out_invoice_sequence = numbers
            sequences.in_invoice_sequence = numbers
            sequences.out_credit_note_sequence = numbers
            sequences.in_credit_note_sequence = numbers
        fiscal_year.save()
        fiscal_year.click('create_period')
    category = model('product.category')(name='Merchandise', accounting=True,
                                         account_expense=account('expense'),
                                         account_revenue=account('revenue'))
    category.save()
    term = model('account.invoice.payment_term')(name='30 days net')
    term.lines.new(type='remainder').relativedeltas.new(days=30)
    term.save()
    return category, term


def check_digit(body):
    total = sum(int(digit) * (3 if place % 2 == 0 else 1)
                for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def make_products(category):
    unit = first('product.uom', ('name', '=', 'Unit'))
    products = []
    for number in range(1, 21):
        price = Decimal('9.90') + number
        template = model('product.template')(
            name='Article %03d' % number, default_uom=unit, type='goods', salable=True,
            list_price=price, account_category=category, cost_price_method='fixed')
        product = template.products[0]
        product.suffix_code = 'SKU-%03d' % number
        product.cost_price = (price / 2).quantize(Decimal('0.01'))
        body = '1' + '0614141' + '%05d' % (100 + number)
        identifier = product.identifiers.new()
        identifier.type = 'ean'
        identifier.code = body + check_digit(body)
        template.save()
        products.append(template.products[0].id)
    return products


def make_warehouses(products):
    lost = by_xml_id('stock', 'location_lost_found', 'stock.location')
    for code in WAREHOUSES:
        zones = {zone: saved('stock.location', name='%s %s' % (code, zone), type='storage',
                             code='%s/%s' % (code, zone))
                 for zone in ('input', 'output', 'storage')}
        warehouse = saved('stock.location', name='Warehouse ' + code, code=code, type='warehouse',
                          input_location=zones['input'], output_location=zones['output'],
                          storage_location=zones['storage'], lost_found_location=lost)
        inventory = model('stock.inventory')(location=warehouse.storage_location)
        for place, product in enumerate(products):
            stock = SCARCE_STOCK if place == len(products) - 1 else OPENING_STOCK
            if stock[code]:
                line = inventory.lines.new()
                line.product = model('product.product')(product)
                line.quantity = float(stock[code])
        inventory.save()
        inventory.click('confirm')


def make_customers(term):
    country = saved('country.country', name='United States', code='US')
    for code, name, street, postal_code, city, region in CUSTOMERS:
        subdivision = saved('country.subdivision', country=country, code=region, name=region[3:],
                            type='state')
        party = model('party.party')(name=name, code=code, customer_payment_term=term)
        address = party.addresses[0]
        address.street, address.postal_code, address.city = street, postal_code, city
        address.country = country
        address.subdivision = subdivision
        party.save()


def make_user(company):
    user = model('res.user')(name='Connector', login='connector')
    user.password = os.environ['CROSSDOCK_TRYTON_PASSWORD']
    for name in GROUPS:
        user.groups.extend(model('res.group').find([('name', '=', name)]))
    user.companies.append(company)
    user.company = company
    user.save()


the_company = make_company()
goods, payment_term = make_accounting(the_company)
make_warehouses(make_products(goods))
make_customers(payment_term)
make_user(the_company)
