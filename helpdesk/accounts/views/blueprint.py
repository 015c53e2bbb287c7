from flask import Blueprint

staff = Blueprint("accounts", "helpdesk.accounts", template_folder="templates")
