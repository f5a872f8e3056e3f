from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter(prefix="/orders")


@router.get("/{order}")
def read(order: int):
    return {"total": order * 3}


app.include_router(router, prefix="/api/v1")
