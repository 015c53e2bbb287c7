from flask import Blueprint

staff = Blueprint("indicators", __name__, template_folder="../templates", url_prefix="/desk/<desk_id>")
